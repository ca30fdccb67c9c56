"""Whether the database may lose an answer that was acknowledged: said in words by `check --database default`.

`migrate` runs it too, and with it every start by `make serve`; an error stops them.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import dj_database_url
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Info
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.utils import ConnectionHandler

FULL, EXTRA = 2, 3
WORDS = {0: "OFF", 1: "NORMAL", FULL: "FULL", EXTRA: "EXTRA"}
WAL_IS_SAFE = (3, 51, 3)
NETWORK = ("nfs", "cifs", "smb", "afs", "ceph", "gluster", "lustre", "fuse.sshfs", "fuse.gluster", "davfs")
MUST_BE_ON = ("synchronous_commit", "fsync", "full_page_writes")
ROLE = """
SELECT current_user, rolsuper,
  (SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND pg_has_role(tableowner, 'MEMBER'))
FROM pg_roles WHERE rolname = current_user
"""
DATABASE = "SELECT oid, pg_postmaster_start_time() FROM pg_database WHERE datname = current_database()"
HERE = ("", "localhost", "127.0.0.1", "::1")


@checks.register(checks.Tags.database)
def check_database(databases: Sequence[str] | None = None, **_more: Any) -> list[CheckMessage]:
    by_vendor = {"sqlite": _check_sqlite, "postgresql": _check_postgresql}
    aliases = databases or ()
    return [*(_check_owner() if DEFAULT_DB_ALIAS in aliases else ())] + [
        message
        for alias in aliases
        if connections[alias].vendor in by_vendor
        for message in by_vendor[connections[alias].vendor](connections[alias])
    ]


def _check_owner() -> Iterator[CheckMessage]:
    """Or the backups, which the owner of the tables makes, would be those of another database."""
    if not settings.MIGRATE_DATABASE_URL:
        return
    address = dj_database_url.parse(settings.MIGRATE_DATABASE_URL)
    owner = ConnectionHandler({DEFAULT_DB_ALIAS: dict(address)})[DEFAULT_DB_ALIAS]
    try:
        if _database_of(owner) != _database_of(connections[DEFAULT_DB_ALIAS]):
            yield Error("MIGRATE_DATABASE_URL names another database than DATABASE_URL.", id="database.E009")
    except DatabaseError as error:
        yield Error(f"MIGRATE_DATABASE_URL: {str(error).strip()}", id="database.E010")
    finally:
        owner.close()


def _database_of(connection: Any) -> tuple[Any, ...]:
    """The same by whatever way it was reached: a socket, a name, a pooler before it."""
    if connection.vendor != "postgresql":
        return (connection.vendor, str(connection.settings_dict["NAME"]))
    with connection.cursor() as cursor:
        cursor.execute(DATABASE)
        return (connection.vendor, *cursor.fetchone())


def _check_sqlite(connection: Any) -> Iterator[CheckMessage]:
    """Django turns foreign keys on by itself; `mmap_size` has corrupted databases."""
    with connection.cursor() as cursor:
        names = ("journal_mode", "synchronous", "foreign_keys", "mmap_size", "busy_timeout")
        journal, synchronous, keys, mmap, wait = (_value(cursor, f"PRAGMA {name}") for name in names)
    version = connection.Database.sqlite_version_info
    mode = connection.settings_dict["OPTIONS"].get("transaction_mode", "DEFERRED")
    system = file_system_of(Path(connection.settings_dict["NAME"]))
    yield Info(
        f"SQLite {connection.Database.sqlite_version} with {'a write-ahead log' if journal == 'wal' else 'a journal'} "
        f"({journal}), synchronous {WORDS[synchronous]}, {mode} transactions, "
        f"waits {wait // 1000} s for a lock, file system {system or 'unknown'}.",
        id="database.I001",
    )
    if synchronous < FULL:
        yield Error("SQLite does not wait for the disk: after a power cut answers are lost.", id="database.E001")
    if journal in ("off", "memory"):
        yield Error(
            f"SQLite keeps no journal on the disk ({journal}): a killed process can ruin it.", id="database.E002"
        )
    if journal == "wal" and version < WAL_IS_SAFE:
        yield Error("This SQLite can lose pages with a write-ahead log: use journal_mode=TRUNCATE.", id="database.E003")
    if mode != "IMMEDIATE":
        yield Error("Transactions of SQLite are not IMMEDIATE: two that write at once fail.", id="database.E004")
    if not keys or mmap:
        yield Error("SQLite needs foreign_keys on and mmap_size 0.", id="database.E005")
    if system.startswith(NETWORK):
        hint = "Put it on a disk of this machine, or use PostgreSQL."
        yield checks.Warning(
            f"SQLite lies on a network ({system}), whose locks are not to be relied on.", hint, id="database.W001"
        )


def _check_postgresql(connection: Any) -> Iterator[CheckMessage]:
    with connection.cursor() as cursor:
        found = {name: _value(cursor, f"SHOW {name}") for name in (*MUST_BE_ON, "data_checksums", "server_version")}
    pool = connection.settings_dict["OPTIONS"].get("pool")
    kept = f"a pool of {pool['max_size']} connections" if pool else "a connection for each thread"
    yield Info(
        f"PostgreSQL {found['server_version']} with {kept}, page checksums {found['data_checksums']}.",
        id="database.I002",
    )
    for number, name in enumerate(MUST_BE_ON, 6):
        if found[name] == "off":
            sentence = f"PostgreSQL has {name} off: after a crash acknowledged answers are lost."
            yield Error(
                sentence, f"Set {name} = on for the server, the database and the user.", id=f"database.E00{number}"
            )
    parameters = connection.get_connection_params()
    host = parameters.get("host") or ""
    if host not in HERE and not host.startswith("/") and parameters.get("sslmode") != "verify-full":
        hint = (
            "Add ?sslmode=verify-full to DATABASE_URL, with &sslrootcert=… if the school has an authority of its own, "
            "and put the address into single quotes."
        )
        yield checks.Warning(f"Nobody checks that {host} is the school’s database.", hint, id="database.W002")
    yield from _check_role(connection)


def _check_role(connection: Any) -> Iterator[CheckMessage]:
    """One role for everything is told; that of two the wrong one owns the tables is a warning."""
    with connection.cursor() as cursor:
        role, is_superuser, tables = cursor.execute(ROLE).fetchone()
    of_migrate = _role_of(settings.MIGRATE_DATABASE_URL)
    if role == of_migrate or not (is_superuser or tables):
        return
    level, identity = (checks.Warning, "database.W003") if of_migrate else (Info, "database.I003")
    what = "is a superuser" if is_superuser else f"owns {tables} tables"
    sentence = f"The role {role} that serves {what}: whoever got SQL past PactCards could drop everything."
    yield level(sentence, "README.md, “Two roles in PostgreSQL”, says how another role owns them.", id=identity)


def _role_of(address: str) -> str:
    parsed: dict[str, Any] = dict(dj_database_url.parse(address)) if address else {}
    return parsed.get("USER") or parsed.get("OPTIONS", {}).get("user", "")


def _value(cursor: Any, question: str) -> Any:
    return cursor.execute(question).fetchone()[0]


def file_system_of(path: Path, mounts: Path = Path("/proc/self/mountinfo")) -> str:
    """The kind of the file system under the path; nothing where that cannot be told."""
    if not mounts.exists() or not path.exists():
        return ""
    kinds: dict[Path, str] = {}
    for line in mounts.read_text().splitlines():
        before, _, after = line.partition(" - ")
        kinds[Path(before.split()[4].replace("\\040", " "))] = after.split()[0]
    under = [place for place in kinds if path.resolve().is_relative_to(place)]
    return kinds[max(under, key=lambda place: len(place.parts))] if under else ""
