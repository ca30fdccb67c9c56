import json
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
        parser.add_argument("--json", action="store_true", help="say it for a program")

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["file"].absolute()
        try:
            counts = dump(path)
        except DatabaseToolError as error:
            raise CommandError(str(error)) from None
        said = {"file": str(path), "rows": sum(counts.values()), "bytes": path.stat().st_size}
        words = f"{path}: {said['rows']} rows, {path.stat().st_size / 1_000_000:.1f} MB"
        self.stdout.write(json.dumps(said) if options["json"] else words)
