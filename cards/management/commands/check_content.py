from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cards.content.files import CONTENT_DIR, Content, ContentError, read_content
from cards.content.rules import KNOWN_IDS


class Command(BaseCommand):
    help = "Check every card of the starter decks against the rules of a good card; exit 1 and name each breach."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="directory", type=Path, default=CONTENT_DIR, help="folder of deck files")
        parser.add_argument("--summary", action="store_true", help="print what the decks cover")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            content = read_content(options["directory"])
        except ContentError as error:
            raise CommandError(str(error)) from error
        found = list(content.problems())
        for line in found:
            self.stdout.write(line)
        if options["summary"]:
            self._summarise(content)
        if found:
            raise CommandError(f"{len(found)} breaches")
        self.stdout.write("every card keeps the rules")

    def _summarise(self, content: Content) -> None:
        cards = [card for file in content.decks for card in file.cards]
        for file in content.decks:
            self.stdout.write(f"{file.deck['title']}: {len(file.cards)}")
        self.stdout.write(f"all decks: {len(cards)}")
        for word in ("kind", "actor", "level", "board", "motive"):
            counts = Counter(card[word] for card in cards if card.get(word))
            self.stdout.write(f"{word}: " + ", ".join(f"{name} {count}" for name, count in counts.most_common()))
        self.stdout.write(f"with two readings: {sum(bool(card.get('contested')) for card in cards)}")
        covered = {number for card in cards for word in ("claims", "misconceptions") for number in card.get(word, [])}
        for letter, word in (("S", "claims"), ("M", "misconceptions")):
            count = sum(number[0] == letter for number in covered)
            self.stdout.write(f"{word}: {count} of {KNOWN_IDS[letter]}")
