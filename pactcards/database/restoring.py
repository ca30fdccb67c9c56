"""WRITES a backup back in its place, after a copy of what is there now; then everybody who was erased goes again."""

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections

from pactcards.database import archive, vendors
from pactcards.database.archive import Manifest
from pactcards.database.contents import differences, newest_answer
from pactcards.database.errors import DamagedError, DatabaseToolError
from pactcards.database.making import make_backup
from pactcards.database.verifying import readable_here
from pactcards.health import is_in_maintenance

LABEL = "before-restore"


@dataclass
class Restored:
    """What there was, what there is, and where the former is kept."""

    manifest: Manifest
    newest_before: dict[str, Any] | None
    kept_in: list[Path]
    erased_again: int = 0
    still_to_do: list[str] = field(default_factory=list)


def restore(path: Path, beside: Path, *, now: datetime, replace: bool, while_serving: bool) -> Restored:
    """In `beside` may be a list of erasures. Raises DatabaseToolError; until all is in its place nothing is changed"""
    manifest, vendor, name = readable_here(path), vendors.vendor(), vendors.name()
    connections.close_all()
    users = "" if while_serving else vendor.users_of(name)
    if users and not is_in_maintenance():
        raise DatabaseToolError(f"The server still runs: {users}. Stop it first, or add --while-serving.")
    if users and (machines := vendor.other_machines(name)):  # which know nothing of a maintenance here
        raise DatabaseToolError(f"PactCards still runs on {machines}. Stop it there first, or add --while-serving.")
    if not replace and not vendor.is_empty(name):
        raise DatabaseToolError(f"There are people in {name} already. Add --replace if this is to take its place.")
    before = newest_here(name)
    with TemporaryDirectory(dir=path.parent) as work:
        dump = archive.take_out(path, Path(work))
        kept_in, aside = _keep(name, now)
        if aside and users:  # it would go on with the old file
            raise DatabaseToolError(f"The database is broken, and the server still runs: {users}. Stop it first.")
        kept_in += vendor.load(dump, name, aside=aside)
    if wrong := differences(manifest["tables"], vendor.contents(name)["tables"]):
        raise DatabaseToolError(f"The backup is in its place, but not as it was made: {'; '.join(wrong)}.")
    restored = Restored(manifest, before, kept_in)
    _follow_up(restored, beside / settings.ERASURES_FILE.name)
    return restored


def refuse_if_answered_since(path: Path) -> None:
    """Whatever else was done since: a grade that was acknowledged must not be taken back unasked."""
    then, name = archive.manifest_of(path)["newest_answer"], vendors.name()
    now = newest_here(name)
    if now is None or (then["number"] and not _has_answers(name)):
        raise DatabaseToolError(f"Whether somebody has answered since {path.name} was made cannot be read in {name}.")
    if now["number"] > then["number"]:
        raise DatabaseToolError(f"Somebody has answered since {path.name} was made, the last time at {now['at']}.")


def _has_answers(name: str) -> bool:
    """The table, be it empty."""
    with closing(vendors.vendor().connect(name)) as database:
        return "cards_reviewlog" in vendors.vendor().table_names(database)


def newest_here(name: str) -> dict[str, Any] | None:
    """None if that cannot be read any more."""
    try:
        with closing(vendors.vendor().connect(name)) as database:
            return newest_answer(database, vendors.vendor().table_names(database))
    except (DatabaseToolError, sqlite3.Error, psycopg.Error):
        return None


def _keep(name: str, now: datetime) -> tuple[list[Path], str]:
    """A backup of what is there; if that is too broken for one, the name under which its files are to stay."""
    if vendors.vendor().is_empty(name):
        return [], ""
    try:
        return [make_backup(settings.BACKUP_DIR, now=now, label=LABEL).path], ""
    except DamagedError:
        return [], archive.name_of(now, LABEL).removesuffix(".zip")


def _follow_up(restored: Restored, erasures: Path) -> None:
    """What has to be done before anybody is let in."""
    said = StringIO()
    troubles = [
        vendors.trouble_with("migrate"),
        vendors.trouble_with("erase_listed", str(erasures), said=said),
        vendors.trouble_with("revoke_sessions"),
        vendors.trouble_with("check_reviews"),
    ]
    restored.still_to_do = [trouble for trouble in troubles if trouble]
    if found := re.search(r"erased again: (\d+)", said.getvalue()):
        restored.erased_again = int(found[1])
