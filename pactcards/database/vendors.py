"""Which database it is that DATABASE_URL names, and where it is; and commands of ours on another one like it."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from types import ModuleType

from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections

from pactcards.database import postgresql, sqlite
from pactcards.database.errors import RefusedError

VENDORS = {"sqlite": sqlite, "postgresql": postgresql}


def vendor() -> ModuleType:
    return VENDORS[connection.vendor]


def name() -> str:
    found = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite" and (found == ":memory:" or "mode=memory" in found):
        raise RefusedError("This database is in memory only: there is nothing to keep.")
    return found


@contextmanager
def looking_at(name: str) -> Iterator[None]:
    """Models and commands use this database meanwhile; only for a process that does nothing else."""
    usual = connection.settings_dict["NAME"]
    _change_to(name)
    try:
        yield
    finally:
        _change_to(usual)


def _change_to(name: str) -> None:
    connections.close_all()
    if connection.settings_dict["OPTIONS"].get("pool"):
        connection.close_pool()  # type: ignore[attr-defined]
    connection.settings_dict["NAME"] = name
    ContentType.objects.clear_cache()  # its numbers are of the other database


def trouble_with(command: str, *arguments: str, said: StringIO | None = None) -> str:
    """What a command of ours complains of; nothing if all is well."""
    try:
        call_command(command, *arguments, verbosity=0, stdout=said or StringIO())
    except CommandError as error:
        return f"{command} says: {str(error).strip()}"
    except DatabaseError as error:  # what follows the first line may be somebody’s name
        return f"{command} says: {str(error).strip().splitlines()[0]}"
    return ""
