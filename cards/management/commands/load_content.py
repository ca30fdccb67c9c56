from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cards.content.loader import CONTENT_DIR, ContentError, load_starter_decks


class Command(BaseCommand):
    help = (
        "Load the starter decks: adds and updates cards by their codes, archives what left the files, touches no "
        "schedule and nothing that a teacher has changed, says what it did."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--from", dest="directory", type=Path, default=CONTENT_DIR, help="folder of deck files instead"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = load_starter_decks(options["directory"])
        except ContentError as error:
            raise CommandError(f"Nothing was loaded. {error}") from error
        for words, count in sorted(report.counts.items()):
            self.stdout.write(f"{words}: {count}")
        for sentence in report.left_alone:
            self.stdout.write(f"left alone: {sentence}")
