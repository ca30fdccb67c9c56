"""A PostgreSQL database as a whole, through pg_dump and pg_restore. It is named by its name on the server of ours."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

import psycopg
from django.db import connection
from psycopg import sql
from psycopg.conninfo import make_conninfo

from pactcards.database.contents import Contents, contents_of
from pactcards.database.errors import NO_ROOM, DamagedError, DatabaseToolError, NoRoomError

NAME = "postgresql"
DUMP = "database.dump"
IS_COMPRESSED = True
NOT_OF_LIBPQ = {"context", "cursor_factory", "prepare_threshold", "options"}  # ours would end a long dump
BEGINNINGS = ("pg_dump:", "pg_restore:", "psql:", "ERROR:", "FATAL:")
EMPTY = """
BEGIN;
DO $$ DECLARE found record; BEGIN
  FOR found IN SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE 'DROP TABLE IF EXISTS ' || found.name || ' CASCADE';
  END LOOP;
END $$;
"""


def connect(name: str) -> psycopg.Connection:
    try:
        return psycopg.connect(_conninfo(name), password=_password(), autocommit=True)
    except psycopg.OperationalError as error:
        raise DatabaseToolError(f"The database {name} does not answer: {str(error).strip()}") from error


def _conninfo(name: str) -> str:
    """Without the password, which others could read in the list of processes."""
    of_django = {**connection.get_connection_params(), "dbname": name}
    left_out = NOT_OF_LIBPQ | {"password"}
    return make_conninfo("", **{word: value for word, value in of_django.items() if word not in left_out})


def _password() -> str | None:
    return connection.get_connection_params().get("password")


def version() -> str:
    with connect(connection.settings_dict["NAME"]) as database:
        return f"PostgreSQL {database.info.server_version // 10000}"


def table_names(database: psycopg.Connection) -> list[str]:
    found = database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    return [name for (name,) in found]


def rows(database: psycopg.Connection, table: str) -> Iterator[bytes]:
    """As text, made by the server: one row for each block."""
    database.execute("SET TIME ZONE 'UTC'")
    with database.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as copy:
        for block in copy:
            yield bytes(block)


def damage_of(name: str) -> list[str]:
    """A dump that could be restored has been read row by row, and every constraint has been made anew on it."""
    return []


def contents(name: str) -> Contents:
    with connect(name) as database:
        database.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return _contents(database)


def _contents(database: psycopg.Connection) -> Contents:
    try:
        return contents_of(database, rows=rows, table_names=table_names)
    except psycopg.Error as error:
        raise DatabaseToolError(f"The database cannot be read: {error}") from error


def dump(name: str, directory: Path) -> tuple[Path, Contents]:
    """Dump and counts see the same moment: the snapshot of one transaction."""
    path = directory / DUMP
    with connect(name) as database:
        database.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        snapshot = database.execute("SELECT pg_export_snapshot()").fetchone()[0]  # type: ignore[index]
        form = ("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={path}")
        try:
            _run("pg_dump", *form, f"--dbname={_conninfo(name)}")
            return path, _contents(database)
        except NoRoomError:
            raise
        except DatabaseToolError as error:
            raise DamagedError(f"There is no backup: {error}") from error


@contextmanager
def scratch(path: Path) -> Iterator[str]:
    """A database made of the dump, thrown away afterwards."""
    name = f"pactcards_verify_{uuid4().hex[:12]}"
    with connect(connection.settings_dict["NAME"]) as server:
        try:
            server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        except psycopg.errors.InsufficientPrivilege as error:
            hint = "To try a backup out, the database user needs a right: ALTER ROLE … CREATEDB."
            raise DatabaseToolError(hint) from error
        try:
            form = ("--exit-on-error", "--no-owner", "--no-privileges")
            _run("pg_restore", *form, f"--dbname={_conninfo(name)}", str(path))
            yield name
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def load(path: Path, name: str, *, aside: str) -> list[Path]:
    """In one transaction; whatever goes wrong leaves the database as it is."""
    if aside:
        raise DatabaseToolError(
            f"The database {name} is too damaged to be copied first. Make an empty one (createdb), name it in "
            "DATABASE_URL (and MIGRATE_DATABASE_URL) and restore into that; keep the old one until you know what is "
            "in it."
        )
    restore = [_program("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(path)]
    put_in = [_program("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--dbname={_conninfo(name)}"]
    with tempfile.TemporaryFile() as said, subprocess.Popen(restore, stdout=subprocess.PIPE, stderr=said) as script:  # noqa: S603
        target = subprocess.Popen(  # noqa: S603
            put_in, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said, env=_environment()
        )
        _feed(script, target)
        if target.wait() or script.returncode:
            raise DatabaseToolError(f"The backup could not be put in place: {_words_in(said)}")
    return []


def _feed(script: "subprocess.Popen[bytes]", target: "subprocess.Popen[bytes]") -> None:
    """Only a whole script is followed by COMMIT."""
    assert script.stdout is not None  # noqa: S101
    assert target.stdin is not None  # noqa: S101
    try:
        target.stdin.write(EMPTY.encode())
        shutil.copyfileobj(script.stdout, target.stdin)
        if script.wait() == 0:
            target.stdin.write(b"COMMIT;\n")
        target.stdin.close()
    except BrokenPipeError:
        script.kill()


def is_empty(name: str) -> bool:
    """Whether there is nobody in it; of a table that cannot be read it is not said."""
    with connect(name) as database:
        try:
            has_users = "accounts_user" in table_names(database)
            return not (has_users and database.execute("SELECT 1 FROM accounts_user LIMIT 1").fetchone())
        except psycopg.Error:
            return False


def users_of(name: str) -> str:
    """How many others are connected; nothing if nobody is."""
    connection.close()
    others = (
        "SELECT count(*) FROM pg_stat_activity "  # of another role’s sessions it tells only whose they are
        "WHERE datname = %s AND pid <> pg_backend_pid() AND usesysid IS NOT NULL"
    )
    with connect(name) as database:
        count = database.execute(others, [name]).fetchone()[0]  # type: ignore[index]
    return f"{count} other connections use the database {name}" if count else ""


def other_machines(name: str) -> str:
    """Those on which PactCards is connected; nothing if there are none."""
    others = (
        "SELECT DISTINCT split_part(application_name, ' ', 2) FROM pg_stat_activity WHERE datname = %s "
        "AND starts_with(application_name, 'pactcards ') AND application_name <> current_setting('application_name')"
    )
    with connect(name) as database:
        return ", ".join(sorted(host for (host,) in database.execute(others, [name])))


def room_for_backups(name: str, newest: int) -> int:
    """Bytes: a backup, what is taken out of it, and the dump and the file of another one: four compressed dumps.

    How large one is the newest backup tells, and a tenth is for what was answered since. Without any, 20 % of the
    database: a dump has no index and is compressed, and of 400,000 answers made of random numbers it was 17 %.
    """
    with connect(name) as database:
        size = database.execute("SELECT pg_database_size(%s)", [name]).fetchone()[0]  # type: ignore[index]
    return 4 * (newest * 11 // 10 or size // 5)


def room_beside(_name: str) -> int:
    """None that could be measured: the disk of PostgreSQL may be another machine’s."""
    return 0


def _run(program: str, *arguments: str) -> None:
    with tempfile.TemporaryFile() as said:
        command = [_program(program), *arguments]
        result = subprocess.run(command, env=_environment(), stdout=said, stderr=said, check=False)  # noqa: S603
        if result.returncode:
            words = f"{program} says: {_words_in(said)}"
            if result.returncode == -signal.SIGXFSZ or any(os.strerror(number) in words for number in NO_ROOM):
                raise NoRoomError(str(connection.settings_dict["NAME"]), words)
            raise DatabaseToolError(words)


def _words_in(said: IO[bytes]) -> str:
    """Without what PostgreSQL adds on lines of its own, in which there may be a name that somebody has."""
    said.seek(0)
    lines = said.read(2000).decode(errors="replace").splitlines()
    plain = [line for line in lines if line.startswith(BEGINNINGS)] or lines[:1]
    return " ".join(" ".join(plain).split())[:500]


def _environment() -> dict[str, Any]:
    password = _password()
    return {**os.environ, "LC_ALL": "C", **({"PGPASSWORD": password} if password else {})}  # what they say is looked at


def _program(name: str) -> str:
    """The newest there is: it must not be older than the server."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[4]))
    program = str(found[-1]) if found else shutil.which(name)
    if program is None:
        raise DatabaseToolError(f"{name} is not on this machine. It comes with PostgreSQL’s client programs.")
    return program
