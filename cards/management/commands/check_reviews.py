from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cards.replay import find_damage


class Command(BaseCommand):
    help = "Replay every answer through SM-2 and compare with what is stored; exit 1 and name the rows if any differ."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--most", type=int, default=100, help="name at most so many rows (default 100)")

    def handle(self, *args: Any, **options: Any) -> None:
        counts: Counter[str] = Counter()
        for damage in find_damage():
            counts[damage.kind] += 1
            if counts.total() <= options["most"]:
                self.stdout.write(f"{damage.kind}: {damage.row}")
        if counts:
            raise CommandError("damage found: " + ", ".join(f"{kind} {n}" for kind, n in sorted(counts.items())))
        self.stdout.write("no damage found")
