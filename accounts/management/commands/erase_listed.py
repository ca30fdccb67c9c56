from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.erasure import CannotEraseError, erase
from accounts.erasures import erased_but_here


class Command(BaseCommand):
    help = "Erase again everybody whom a restored backup has brought back, by the list of erasures; `restore` runs it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("lists", type=Path, nargs="*", help="further lists, of other machines")

    def handle(self, *args: Any, **options: Any) -> None:
        numbers = list(erased_but_here([settings.ERASURES_FILE, *options["lists"]]))
        refused = []
        for number in numbers:
            try:
                erase(number, by=None, now=timezone.now())
            except CannotEraseError:  # says a name
                refused.append(str(number))
        self.stdout.write(f"erased again: {len(numbers) - len(refused)}")
        if refused:
            raise CommandError(
                f"Persons {', '.join(refused)} were erased once and are back. Give what only they look after to "
                "somebody else (in the admin), then run erase_listed again."
            )
