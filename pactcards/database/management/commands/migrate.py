"""Django's migrate, but that each migration is noted in the same transaction as what it does.

Django makes some indexes last and notes the migration after that, in a transaction of its own. Whoever is killed
between the two has a database that no `migrate` can bring further: the next one finds its tables there already.
"""

from typing import Any

from django.core.management.commands import migrate
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor


class ExecutorAtOnce(MigrationExecutor):
    def apply_migration(self, state: Any, migration: Any, fake: bool = False, fake_initial: bool = False) -> Any:
        if migration.atomic:
            migration.apply = _with_what_comes_last(migration)
        return super().apply_migration(state, migration, fake=fake, fake_initial=fake_initial)


def _with_what_comes_last(migration: Migration) -> Any:
    """As the schema editor would do it a moment later; with nothing left to do, Django notes the migration at once."""

    def apply(state: Any, schema_editor: Any, collect_sql: bool = False) -> Any:
        state = Migration.apply(migration, state, schema_editor, collect_sql)
        for statement in schema_editor.deferred_sql:
            schema_editor.execute(statement, None)
        schema_editor.deferred_sql.clear()
        return state

    return apply


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> Any:
        migrate.MigrationExecutor = ExecutorAtOnce  # type: ignore[attr-defined]
        return super().handle(*args, **options)
