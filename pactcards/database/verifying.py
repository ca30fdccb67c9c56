"""Tries a backup out: it is restored into a database that is thrown away, and what is in there is looked at."""

from collections.abc import Iterator
from pathlib import Path

from django.db.migrations.loader import MigrationLoader

from pactcards.database import archive, vendors
from pactcards.database.archive import Manifest
from pactcards.database.contents import differences
from pactcards.database.errors import DatabaseToolError


def readable_here(path: Path) -> Manifest:
    """Its manifest, if this PactCards with this database can do something with it."""
    manifest = archive.manifest_of(path)
    if manifest["vendor"] != vendors.vendor().NAME:
        raise DatabaseToolError(
            f"{path.name} is of a {manifest['vendor']} database, and DATABASE_URL names a {vendors.vendor().NAME} one."
        )
    if unknown := unknown_migrations(manifest["migrations"]):
        raise DatabaseToolError(
            f"{path.name} was made by a newer PactCards ({manifest['pactcards']}), which has {unknown[-1]}. "
            "Update PactCards first."
        )
    return manifest


def unknown_migrations(names: list[str]) -> list[str]:
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    return [name for name in names if name not in known]


def problems_of(path: Path) -> Iterator[str]:
    """What is wrong with the backup, in words. Raises DatabaseToolError if it cannot be tried out at all."""
    manifest, vendor = readable_here(path), vendors.vendor()
    with archive.workplace(path.parent) as work, vendor.scratch(archive.take_out(path, work)) as name:
        yield from vendor.damage_of(name)
        yield from differences(manifest["tables"], vendor.contents(name)["tables"])
        yield from _problems_of_answers(name)


def _problems_of_answers(name: str) -> Iterator[str]:
    """Brought up to this version first: what replays the answers knows no older tables."""
    with vendors.looking_at(name):
        if trouble := vendors.trouble_with("migrate") or vendors.trouble_with("check_reviews"):
            yield trouble
