import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pactcards.database.portability import problems


class Command(BaseCommand):
    help = "Say what in this SQLite database PostgreSQL would refuse; exit 1 if anything. `move_to_postgresql` runs it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="say it for a program")

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(problems())
        if options["json"]:
            self.stdout.write(json.dumps({"problems": found}))
        if found:
            raise CommandError("PostgreSQL would refuse: " + "; ".join(found))
        if not options["json"]:
            self.stdout.write("PostgreSQL would take every row.")
