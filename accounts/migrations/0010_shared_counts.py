"""The table in which limits are counted, where no Redis is named: one place for all processes."""

from django.core.cache import caches
from django.core.cache.backends.db import BaseDatabaseCache
from django.core.management import call_command
from django.db import migrations


def make_table(apps, schema_editor):
    if isinstance(caches["default"], BaseDatabaseCache):
        call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_join_code_made_with_a_class")]

    operations = [migrations.RunPython(make_table, migrations.RunPython.noop)]
