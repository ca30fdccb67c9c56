"""Teachers enter the free days of their classes; which classes those are is another matter: see accounts.scoped."""

from importlib import import_module

from django.db import migrations

teachers_group = import_module("cards.migrations.0007_teachers_group")
VERBS = ("view", "add", "change", "delete")


def allow(apps, schema_editor):
    group = apps.get_model("auth", "Group").objects.filter(name=teachers_group.TEACHERS).first()
    if group:
        group.permissions.add(*(teachers_group._permission(apps, "accounts", "freedays", verb) for verb in VERBS))


class Migration(migrations.Migration):
    dependencies = [
        ("cards", "0009_text_of_an_import"),
        ("accounts", "0017_free_days_of_a_class"),
    ]

    operations = [migrations.RunPython(allow, migrations.RunPython.noop)]
