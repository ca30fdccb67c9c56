"""Addresses that were written down before await confirmation: nothing is sent to one that nobody has confirmed."""

from django.db import migrations


def hand_to_allauth(apps, schema_editor):
    """Each becomes an unconfirmed EmailAddress, which she confirms by “send again”; the user keeps confirmed ones alone."""
    User = apps.get_model("accounts", "User")
    EmailAddress = apps.get_model("account", "EmailAddress")
    confirmed = EmailAddress.objects.filter(verified=True)
    for user in list(User.objects.exclude(email="").only("pk", "email")):
        email = user.email.lower()
        if confirmed.filter(user_id=user.pk, email=email).exists():
            continue
        EmailAddress.objects.get_or_create(user_id=user.pk, email=email, defaults={"verified": False, "primary": False})
        User.objects.filter(pk=user.pk).update(email="")


def give_back(apps, schema_editor):
    User = apps.get_model("accounts", "User")
    EmailAddress = apps.get_model("account", "EmailAddress")
    for user_id, email in EmailAddress.objects.filter(verified=False).values_list("user_id", "email"):
        User.objects.filter(pk=user_id, email="").update(email=email)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0018_more_words_of_the_audit_log"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]
    operations = [migrations.RunPython(hand_to_allauth, give_back)]
