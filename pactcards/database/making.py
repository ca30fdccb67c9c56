"""WRITES a backup, and throws away those that are needed no longer."""

import shutil
import subprocess
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from pactcards.database import archive, vendors
from pactcards.database.archive import Manifest
from pactcards.database.errors import RefusedError
from pactcards.database.keeping import to_keep
from pactcards.database.sealing import SUFFIX


class Made(NamedTuple):
    path: Path
    manifest: Manifest


def make_backup(directory: Path, *, now: datetime, label: str = "") -> Made:
    """Of one moment, while everybody goes on working. Raises DatabaseToolError, and then there is no new file."""
    _refuse_public(directory)
    vendor, path = vendors.vendor(), directory / archive.name_of(now, label)
    with archive.workplace(directory) as work:
        dump, contents = vendor.dump(vendors.name(), work)
        manifest: Manifest = {
            "made_at": now.isoformat(timespec="seconds"),
            "pactcards": version(),
            "vendor": vendor.NAME,
            "server": vendor.version(),
            **contents,
        }
        archive.write(path, dump, manifest, work=work, is_compressed=vendor.IS_COMPRESSED)
    return Made(path, manifest)


def _refuse_public(directory: Path) -> None:
    for public in (settings.STATIC_ROOT, settings.MEDIA_ROOT):
        if public and directory.resolve().is_relative_to(Path(public).resolve()):
            raise RefusedError(f"{directory} is open to every visitor. Choose a directory outside {public}.")


def throw_away_old(directory: Path, rule: dict[str, int]) -> list[Path]:
    """The sealed ones by the same rule, but on their own: there may be none of the first days."""
    old = []
    for names in ("*.zip", f"*.zip{SUFFIX}"):
        backups = archive.all_in(directory, names)
        kept = to_keep(backups.values(), rule) if backups else set()
        old += [path for path, made_at in backups.items() if made_at not in kept]
    for path in old:
        path.unlink()
    return old


def version() -> str:
    """The commit that runs here: an image is told, elsewhere git knows."""
    if settings.PACTCARDS_VERSION:
        return settings.PACTCARDS_VERSION
    git = shutil.which("git")
    if git is None:
        return "unknown"
    command = [git, "-C", str(settings.BASE_DIR), "rev-parse", "--short=12", "HEAD"]
    said = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return said.stdout.strip() or "unknown"
