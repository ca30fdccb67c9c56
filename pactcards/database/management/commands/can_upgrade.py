import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from pactcards.database import archive, vendors
from pactcards.database.errors import DatabaseToolError
from pactcards.health import trouble_with_room


class Command(BaseCommand):
    help = (
        "Say what stands in the way of an upgrade; exits with 1 if anything does, unless the environment has FORCE=1. "
        "`make upgrade` asks it first."
    )
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = list(_troubles())
        except DatabaseToolError as error:
            raise CommandError(str(error)) from None
        if found and os.environ.get("FORCE") != "1":
            raise CommandError(f"{'; '.join(found)}. If you know better: make upgrade FORCE=1")
        if found:
            self.stderr.write(f"Going on all the same: {'; '.join(found)}")


def _troubles() -> Iterator[str]:
    vendor, name = vendors.vendor(), vendors.name()
    newest = next((path.stat().st_size for path in archive.all_in(settings.BACKUP_DIR)), 0)
    wanted = {settings.DATA_DIR: 0, settings.BACKUP_DIR: vendor.room_for_backups(name, newest)}
    if beside := vendor.room_beside(name):
        wanted[Path(name).parent] = max(beside, wanted.get(Path(name).parent, 0))
    yield from trouble_with_room(wanted)
    if machines := vendor.other_machines(name):  # they would answer while the database changes
        yield f"PactCards still runs on {machines}: stop it there first"
