"""WRITES every row of a SQLite database into an empty PostgreSQL one, in one transaction, and compares all of them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC
from typing import Any

import dj_database_url
from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import Error, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from pactcards.database.contents import Table, differences, table_of
from pactcards.database.errors import DatabaseToolError
from pactcards.database.portability import problems

SOURCE, TARGET = "default", "move_target"
AT_ONCE = 2000
COUNTS = "shared_counts"  # the cache of limits: a table without a model
Row = tuple[Any, ...]


def move(address: str) -> dict[str, Table]:
    """What is there now, by table. Raises DatabaseToolError. The SQLite database is held still, and only read."""
    source, target = connections[SOURCE], _connect(address)
    if source.vendor != "sqlite" or target.vendor != "postgresql":
        raise DatabaseToolError("This moves SQLite to PostgreSQL: DATABASE_URL names the first, --to the second.")
    _refuse_what_cannot_go(source, target)
    _manage("migrate", address)
    try:
        with transaction.atomic(using=SOURCE), transaction.atomic(using=TARGET):
            return _copy_all(source, target)
    except Error as error:
        raise DatabaseToolError(f"Nothing was moved. PostgreSQL says: {str(error).strip()}") from error
    finally:
        target.close()


def _connect(address: str) -> Any:
    parsed: dict[str, Any] = dict(dj_database_url.parse(address))
    usual = connections[SOURCE].settings_dict
    connections.settings[TARGET] = {**usual, "OPTIONS": {}, **parsed}
    return connections[TARGET]


def _refuse_what_cannot_go(source: Any, target: Any) -> None:
    if found := list(problems()):
        raise DatabaseToolError("PostgreSQL would refuse: " + "; ".join(found))
    executor = MigrationExecutor(source)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise DatabaseToolError("The SQLite database is of an older version. Run migrate first.")
    try:
        tables = target.introspection.table_names()
    except Error as error:
        raise DatabaseToolError(f"PostgreSQL does not answer: {str(error).strip()}") from error
    if tables:
        raise DatabaseToolError(f"The target is not empty ({len(tables)} tables). Make a new database for it.")


def _manage(command: str, address: str) -> None:
    """In a process of its own, because migrations write to the default database whatever one tells them."""
    arguments = [sys.executable, str(settings.BASE_DIR / "manage.py"), command, "--verbosity=0", "--skip-checks"]
    environment = {**os.environ, "DATABASE_URL": address}
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise DatabaseToolError(f"{command} says: {(done.stderr or done.stdout).strip()[-500:]}")


def _copy_all(source: Any, target: Any) -> dict[str, Table]:
    models = list(all_models())
    _empty(target)
    there = {model._meta.db_table: _copy(model, target) for model in models}
    has_counts = COUNTS in source.introspection.table_names()
    there |= {COUNTS: _copy_counts(source, target)} if has_counts else {}
    with target.cursor() as cursor:
        for statement in target.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
    here = {model._meta.db_table: table_of(map(_as_bytes, _rows(model, TARGET))) for model in models}
    here |= {COUNTS: table_of(map(_as_bytes, _counts(target)))} if has_counts else {}
    if wrong := differences(there, here):
        raise DatabaseToolError("Nothing was moved, because not all arrived: " + "; ".join(wrong))
    return here


def all_models() -> Iterator[Any]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            yield model


def _empty(target: Any) -> None:
    """Of what migrations put in: numbers of content types and groups are those of the school."""
    tables = [sql.Identifier(name) for name in target.introspection.table_names() if name != "django_migrations"]
    with target.cursor() as cursor:
        cursor.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(sql.SQL(", ").join(tables)))


def _rows(model: Any, alias: str) -> Iterator[Row]:
    names = [field.attname for field in model._meta.concrete_fields]
    return model._base_manager.using(alias).values_list(*names).iterator(chunk_size=AT_ONCE)


def _copy(model: Any, target: Any) -> Table:
    fields = model._meta.concrete_fields
    with target.cursor() as cursor, cursor.copy(_copy_into(model._meta.db_table, fields)) as copy:

        def written() -> Iterator[bytes]:
            for row in _rows(model, SOURCE):
                copy.write_row(
                    [field.get_db_prep_save(value, target) for field, value in zip(fields, row, strict=True)]
                )
                yield _as_bytes(row)

        return table_of(written())


def _copy_into(table: str, fields: Any) -> sql.Composed:
    columns = sql.SQL(", ").join(sql.Identifier(field.column) for field in fields)
    return sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), columns)


def _copy_counts(source: Any, target: Any) -> Table:
    rows = _counts(source)
    with target.cursor() as cursor:
        cursor.executemany("INSERT INTO shared_counts (cache_key, value, expires) VALUES (%s, %s, %s)", rows)
    return table_of(map(_as_bytes, rows))


def _counts(connection: Any) -> list[Row]:
    """Of SQLite the times come without a zone."""
    with connection.cursor() as cursor:
        rows = cursor.execute("SELECT cache_key, value, expires FROM shared_counts").fetchall()
    return [(key, value, expires.replace(tzinfo=UTC)) for key, value, expires in rows]


def _as_bytes(row: Row) -> bytes:
    return json.dumps(row, default=str, sort_keys=True).encode()
