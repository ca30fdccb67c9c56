"""A backup: one ZIP file with the database and a manifest. It has its name only when it is whole and on the disk."""

import json
import os
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from fcntl import LOCK_EX, LOCK_NB, flock
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from pactcards.database.errors import DatabaseToolError, RefusedError
from pactcards.database.sqlite import sync_directory

FORMAT = 1
MANIFEST = "manifest.json"
NAME = "pactcards-%Y%m%d-%H%M%S"
UNFINISHED = ".unfinished-"
BLOCK = 1 << 20
Manifest = dict[str, Any]


@contextmanager
def workplace(directory: Path) -> Iterator[Path]:
    """A directory for what is unfinished; of those who make backups one at a time. What a killed one left goes."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        number = os.open(directory, os.O_RDONLY)
    except OSError as error:
        raise _unwritable(directory, error) from error
    try:
        flock(number, LOCK_EX | LOCK_NB)
        for left in directory.glob(f"{UNFINISHED}*"):
            shutil.rmtree(left)
        work = Path(mkdtemp(prefix=UNFINISHED, dir=directory))
        try:
            yield work
        finally:
            shutil.rmtree(work)
    except BlockingIOError:
        raise RefusedError("Another backup is being made just now.") from None
    except OSError as error:
        raise _unwritable(directory, error) from error
    finally:
        os.close(number)


def _unwritable(directory: Path, error: OSError) -> DatabaseToolError:
    return DatabaseToolError(f"Nothing can be written in {directory}: {error.strerror}.")


def name_of(made_at: datetime, label: str = "") -> str:
    return made_at.astimezone(UTC).strftime(NAME) + (f"-{label}" if label else "") + ".zip"


def all_in(directory: Path, names: str = "*.zip") -> dict[Path, datetime]:
    """The backups there, each with the time in its name, newest first; `*.zip.gpg` for the sealed ones."""
    found = {}
    for path in sorted(directory.glob(f"pactcards-{names}"), reverse=True):
        try:
            made_at = "-".join(path.name.partition(".")[0].split("-")[:3])
            found[path] = datetime.strptime(made_at, NAME).replace(tzinfo=UTC)
        except ValueError:
            continue  # not one of ours
    return found


def write(path: Path, database: Path, manifest: Manifest, *, work: Path, is_compressed: bool) -> None:
    if path.exists():
        raise RefusedError(f"There is a backup {path.name} already.")
    manifest = {**manifest, "format": FORMAT, "database": {"file": database.name, "sha256": _hash_of(database)}}
    with put_in_place(path, work) as file, ZipFile(file, "w", ZIP_DEFLATED, compresslevel=5) as archive:
        archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
        archive.write(database, database.name, ZIP_STORED if is_compressed else None)


@contextmanager
def put_in_place(path: Path, work: Path) -> Iterator[IO[bytes]]:
    """A file that its owner alone can read, and that has its name once all of it is on the disk."""
    unfinished = work / f"{path.name}.unfinished"
    unfinished.touch(mode=0o600)
    with unfinished.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    sync_directory(path.parent)


def _hash_of(path: Path) -> str:
    found = sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            found.update(block)
    return found.hexdigest()


def manifest_of(path: Path) -> Manifest:
    with _opened(path) as archive:
        manifest = json.loads(archive.read(MANIFEST))
    if manifest["format"] > FORMAT:
        raise DatabaseToolError(f"{path.name} was made by a newer PactCards. Update PactCards first.")
    return manifest


def take_out(path: Path, directory: Path) -> Path:
    """The dump, if it is bit for bit what was put in."""
    manifest = manifest_of(path)
    name, dump = manifest["database"]["file"], directory / "dump"
    with _opened(path) as archive, archive.open(name) as packed, dump.open("wb") as file:
        shutil.copyfileobj(packed, file, BLOCK)
    if _hash_of(dump) != manifest["database"]["sha256"]:
        raise DatabaseToolError(f"{path.name} is damaged: the database in it is not the one that was put in.")
    return dump


@contextmanager
def _opened(path: Path) -> Iterator[ZipFile]:
    try:
        with ZipFile(path) as archive:
            yield archive
    except FileNotFoundError:
        raise DatabaseToolError(f"There is no file {path}.") from None
    except (BadZipFile, zlib.error, KeyError, ValueError, EOFError, NotImplementedError) as error:
        raise DatabaseToolError(f"{path.name} is damaged or no backup of PactCards: {error}.") from error
    except OSError as error:
        raise DatabaseToolError(f"{path.name} cannot be unpacked: {error.strerror or error}.") from error
