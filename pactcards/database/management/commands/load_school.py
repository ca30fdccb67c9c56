import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pactcards.database.errors import DatabaseToolError
from pactcards.database.loading import load


class Command(BaseCommand):
    help = "Put a school that `dump_school` has written into an empty database, in which only migrate has been run."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", help="say it for a program")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load(options["file"].absolute())
        except DatabaseToolError as error:
            raise CommandError(str(error)) from None
        said = {"rows": sum(loaded.counts.values()), "still_to_do": loaded.still_to_do}
        words = f"{said['rows']} rows loaded and counted; {loaded.erased_again}"
        self.stdout.write(json.dumps(said) if options["json"] else words)
        if loaded.still_to_do:
            raise CommandError("The school is in the database, but look at this: " + "; ".join(loaded.still_to_do))
