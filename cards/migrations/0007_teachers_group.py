"""The Teachers group, with exactly the permissions that a teacher needs in the admin.

Which rows she sees and changes there is another matter: see accounts.scoped. Permissions are usually made after all
migrations, so they are made here by the names that Django would give them.
"""

from django.db import migrations

TEACHERS = "Teachers"
MAY = {
    ("cards", "deck"): ["view", "add", "change"],
    ("cards", "deckteacher"): ["view", "add", "change", "delete"],
    ("cards", "card"): ["view", "add", "change", "delete"],
    ("cards", "assignment"): ["view", "add", "change", "delete"],
    ("cards", "motive"): ["view"],
    ("cards", "misconception"): ["view"],
    ("cards", "flag"): ["view", "change"],
    ("accounts", "schoolclass"): ["view", "add", "change"],
    ("accounts", "membership"): ["view", "add", "change", "delete"],
}


def make_group(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Group.objects.get_or_create(name=TEACHERS)[0].permissions.set(
        _permission(apps, app, model, verb) for (app, model), verbs in MAY.items() for verb in verbs
    )


def _permission(apps, app, model, verb):
    content_type, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app, model=model
    )
    name = apps.get_model(app, model)._meta.verbose_name
    return apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename=f"{verb}_{model}", defaults={"name": f"Can {verb} {name}"}
    )[0]


def remove_group(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name=TEACHERS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("cards", "0006_teachers_lessons_imports_history"),
        ("accounts", "0007_classes_codes_and_digest"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_group, remove_group)]
