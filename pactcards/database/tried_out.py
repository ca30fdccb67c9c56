"""What came of the backups that were tried out: noted beside them, for `status` and /health/ready. No personal data."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection

from pactcards.database.archive import Manifest

LAST_TRIED, LAST_VERIFIED = "last-tried.json", "last-verified.json"
OLDEST_BACKUP = timedelta(hours=26)


def note(path: Path, manifest: Manifest, problems: list[str], *, now: datetime) -> None:
    """The newest one, and the newest of those that can be relied on."""
    noted = {"file": path.name, "made_at": manifest["made_at"], "verified_at": now.isoformat()}
    _write(path.parent / LAST_TRIED, {**noted, "problems": problems}, now=now)
    if not problems:
        _write(path.parent / LAST_VERIFIED, noted, now=now)


def note_failure(directory: Path, words: str, *, now: datetime) -> None:
    """Of one that was to be made at this time."""
    noted = {"file": None, "made_at": now.isoformat(), "verified_at": now.isoformat()}
    _write(directory / LAST_TRIED, {**noted, "problems": [_without_folders(words, directory)]}, now=now)


def _without_folders(words: str, directory: Path) -> str:
    """A folder may be called after a person."""
    for folder in (directory, directory.parent, Path(connection.settings_dict["NAME"]).parent):
        words = words.replace(f"{folder}/", "") if folder.is_absolute() else words
    return re.sub(r"(?<!\w)/\S*/", "", words)


def _write(path: Path, noted: dict[str, Any], *, now: datetime) -> None:
    """Unless one is noted that was made later: what is found in an old backup says nothing of last night’s.

    A time to come is no later one: the clock was wrong then. Where nothing can be written, as on a disk that is only
    read, nothing is noted.
    """
    before = _read(path)
    if before and datetime.fromisoformat(noted["made_at"]) < datetime.fromisoformat(before["made_at"]) <= now:
        return
    unfinished = path.with_name(f".{path.name}")
    with suppress(OSError):
        unfinished.write_text(json.dumps(noted))
        unfinished.replace(path)


def last_verified(directory: Path) -> dict[str, Any] | None:
    return _read(directory / LAST_VERIFIED)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return None


def warnings(directory: Path, *, now: datetime) -> Iterator[str]:
    """What the school could lose, or has lost, in words; no reason to send visitors away."""
    backup, tried = last_verified(directory), _read(directory / LAST_TRIED)
    if backup is None:
        yield "no backup has been tried out yet: run backup --verify"
    elif (age := now - datetime.fromisoformat(backup["made_at"])) > OLDEST_BACKUP:
        yield f"the last backup that was tried out is {age / timedelta(hours=1):.0f} hours old"
    if tried and tried["problems"]:
        what = f"{tried['file']} was tried out and cannot be relied on"
        yield f"{what if tried['file'] else 'the last backup failed'}: {'; '.join(tried['problems'])}"
