from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pactcards.database.dumping import dump
from pactcards.database.errors import DatabaseToolError


class Command(BaseCommand):
    help = "Write all that is the school's into one new file of JSON lines, for `load_school` on any database."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a file that does not exist yet")

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["file"].absolute()
        try:
            counts = dump(path)
        except DatabaseToolError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{path}: {sum(counts.values())} rows, {path.stat().st_size / 1_000_000:.1f} MB")
