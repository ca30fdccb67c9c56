import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from pactcards.database import archive, tried_out
from pactcards.database.archive import manifest_of
from pactcards.database.errors import DatabaseToolError
from pactcards.database.sealing import opened
from pactcards.database.verifying import problems_of


class Command(BaseCommand):
    help = (
        "Restore a backup into a scratch database, count and compare every table, and replay every answer. "
        "Changes nothing else; exit 1 and say what is wrong if anything is."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="the backup (default the newest in BACKUP_DIR)")
        parser.add_argument("--json", action="store_true", help="say it for a program")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            path = options["file"] or _newest()
            with opened(path) as plain:
                problems, manifest = list(problems_of(plain)), manifest_of(plain)
        except DatabaseToolError as error:
            raise CommandError(str(error)) from None
        tried_out.note(path, manifest, problems, now=timezone.now())
        if options["json"]:
            self.stdout.write(json.dumps({"file": str(path), "problems": problems}))
        if problems:
            raise CommandError(f"{path.name} cannot be relied on: {'; '.join(problems)}")
        if not options["json"]:
            self.stdout.write(f"{path.name} can be restored: every table is as it was, and every answer adds up.")


def _newest() -> Path:
    backups = archive.all_in(settings.BACKUP_DIR)
    if not backups:
        raise DatabaseToolError(f"There is no backup in {settings.BACKUP_DIR}.")
    return next(iter(backups))
