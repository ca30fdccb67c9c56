"""A SQLite database as a whole: copied while it is in use, checked, put in its place. It is named by its path."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from pactcards.database.contents import Contents, contents_of
from pactcards.database.errors import NO_ROOM, DamagedError, DatabaseToolError, NoRoomError, UnwritableError

NAME = "sqlite"
DUMP = "database.sqlite3"
IS_COMPRESSED = False
SIDE_FILES = ("-journal", "-wal", "-shm")
MOST_NAMED = 5
UNWRITTEN = (sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC)


def version() -> str:
    return f"SQLite {sqlite3.sqlite_version}"


def connect(name: str) -> sqlite3.Connection:
    if not Path(name).is_file():
        raise DatabaseToolError(f"There is no database file {name}.")
    return sqlite3.connect(name, timeout=30)


def table_names(database: sqlite3.Connection) -> list[str]:
    names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*'")
    return sorted(name for (name,) in names)


def rows(database: sqlite3.Connection, table: str) -> Iterator[bytes]:
    for row in database.execute(f'SELECT * FROM "{table}"'):  # noqa: S608 (a name that the database gave us)
        yield repr(row).encode()


def damage_of(name: str) -> list[str]:
    """What SQLite itself finds wrong, in words."""
    try:
        with closing(connect(name)) as database:
            return [*_broken_pages(database), *_orphans(database)]
    except sqlite3.DatabaseError as error:
        return [f"the database file is damaged ({error})"]


def _broken_pages(database: sqlite3.Connection) -> Iterator[str]:
    for (line,) in database.execute(f"PRAGMA integrity_check({MOST_NAMED})"):
        if line != "ok":
            yield f"the database file is damaged ({line.strip()})"


def _orphans(database: sqlite3.Connection) -> Iterator[str]:
    seen: dict[tuple[str, str], int] = {}
    for table, _row, parent, _key in database.execute("PRAGMA foreign_key_check"):
        seen[table, parent] = seen.get((table, parent), 0) + 1
    for (table, parent), count in seen.items():
        yield f"{count} rows of {table} belong to a row of {parent} that is gone"


def contents(name: str) -> Contents:
    """Of a database that nobody else uses."""
    try:
        with closing(connect(name)) as database:
            return contents_of(database, rows=rows, table_names=table_names)
    except sqlite3.DatabaseError as error:
        raise DamagedError(f"The database {name} cannot be read: {error}.") from error


def dump(name: str, directory: Path) -> tuple[Path, Contents]:
    """A copy of one moment, made by SQLite's own backup: a plain copy of the file misses what is being written."""
    path = directory / DUMP
    with closing(connect(name)) as source, closing(sqlite3.connect(path)) as copy:
        try:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
                raise NoRoomError(name, error) from error
            if error.sqlite_errorcode in UNWRITTEN:
                why = ": the disk is full, over a quota, or failing"
                raise UnwritableError(name, error, why=why) from error
            raise DamagedError(f"The database {name} cannot be copied: {error}.") from error
    if damage := damage_of(str(path)):
        raise DamagedError(f"There is no backup, because the database {name} is broken: {'; '.join(damage)}.")
    return path, contents(str(path))


@contextmanager
def scratch(path: Path) -> Iterator[str]:
    """The dump is a database already, in a directory that is thrown away."""
    yield str(path)


def load(path: Path, name: str, *, aside: str) -> list[Path]:
    """In one step; what goes wrong before it changes nothing. With `aside`, the old files stay, named so."""
    if not aside and Path(name).exists() and Path(name).stat().st_size:
        _load_into(path, name)
        return []
    return _load_instead(path, name, aside)


def _load_into(path: Path, name: str) -> None:
    """As one transaction: whoever has the file open sees the new contents, and a power cut leaves the old ones."""
    with closing(connect(str(path))) as source, closing(connect(name)) as target:
        try:
            source.backup(target)
        except sqlite3.DatabaseError as error:
            raise DatabaseToolError(f"The backup could not be put in place: {error}.") from error


def _load_instead(path: Path, name: str, aside: str) -> list[Path]:
    target = Path(name)
    new = target.with_name(f"{target.name}.restoring")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        _copy_whole(path, new, model=target if target.exists() else target.parent)
    except OSError as error:
        new.unlink(missing_ok=True)
        kind = NoRoomError if error.errno in NO_ROOM else UnwritableError
        raise kind(path.name, error.strerror) from error
    kept = _set_aside(name, aside) if aside else []
    for side in SIDE_FILES:  # of the old database; beside the new one SQLite would believe them
        Path(name + side).unlink(missing_ok=True)
    new.replace(target)
    sync_directory(target.parent)
    return kept


def _set_aside(name: str, aside: str) -> list[Path]:
    """As they are: what SQLite may still need of them lies beside."""
    old = [side for side in ("", *SIDE_FILES) if Path(name + side).exists() and Path(name + side).stat().st_size]
    return [Path(name + side).rename(f"{name}.{aside}{side}") for side in old]


def _copy_whole(path: Path, new: Path, *, model: Path) -> None:
    shutil.copyfile(path, new)
    _own_like(model, new)
    with new.open("rb+") as file:
        os.fsync(file.fileno())


def _own_like(model: Path, new: Path) -> None:
    new.chmod(model.stat().st_mode & 0o666)
    with suppress(PermissionError):
        os.chown(new, model.stat().st_uid, model.stat().st_gid)


def sync_directory(directory: Path) -> None:
    """Only then a rename in it survives a power cut."""
    number = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def is_empty(name: str) -> bool:
    """Whether there is nobody in it; of a file that cannot be read it is not said."""
    if not Path(name).exists() or not Path(name).stat().st_size:
        return True
    try:
        with closing(connect(name)) as database:
            return not (
                "accounts_user" in table_names(database) and database.execute("SELECT 1 FROM accounts_user").fetchone()
            )
    except sqlite3.DatabaseError:
        return False


def users_of(name: str) -> str:
    """Which other processes have the file open, as far as this user may see; nothing if none has."""
    if not Path(name).exists():
        return ""
    wanted, others = os.stat(name), []
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            if int(link.parts[2]) != os.getpid() and os.path.samestat(link.stat(), wanted):
                others.append(link.parts[2])
    return f"process {', '.join(sorted(set(others)))} has {name} open" if others else ""


def other_machines(_name: str) -> str:
    """None: a file on a network, whose locks are not to be relied on, is warned of."""
    return ""


def room_for_backups(name: str, newest: int) -> int:
    """Bytes: one backup taken out while another is made of a copy; compressed, two of them are less than a third."""
    return 3 * room_beside(name)


def room_beside(name: str) -> int:
    """Bytes: the journal of a whole file."""
    return Path(name).stat().st_size if Path(name).exists() else 0
