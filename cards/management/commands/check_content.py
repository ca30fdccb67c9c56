from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cards.content.coverage import gaps
from cards.content.files import CONTENT_DIR, Content, ContentError, read_content
from cards.content.rules import KNOWN_IDS


class Command(BaseCommand):
    help = (
        "Check every card of the starter decks against the rules of a good card, and that together they cover the "
        "fact sheet; exit 1 and name each breach."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="directory", type=Path, default=CONTENT_DIR, help="folder of deck files")
        parser.add_argument("--summary", action="store_true", help="print what the decks cover")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            content = read_content(options["directory"])
        except ContentError as error:
            raise CommandError(str(error)) from error
        found = list(content.problems())
        if not found and options["directory"] == CONTENT_DIR:
            found = [f"the starter decks: {sentence}" for sentence in gaps(content)]
        for line in found:
            self.stdout.write(line)
        if found:
            raise CommandError(f"{len(found)} breaches")
        if options["summary"]:
            self._summarise(content)
        self.stdout.write("every card keeps the rules")

    def _summarise(self, content: Content) -> None:
        cards = content.cards
        for file in content.decks:
            self.stdout.write(f"{file.deck['title']}: {len(file.cards)}")
        self.stdout.write(f"all decks: {len(cards)}")
        for word in ("kind", "actor", "level", "board", "motive"):
            counts = Counter(card[word] for card in cards if card.get(word))
            self.stdout.write(f"{word}: " + ", ".join(f"{name} {count}" for name, count in counts.most_common()))
        self.stdout.write(f"with two readings: {sum(bool(card.get('contested')) for card in cards)}")
        covered = content.taught()
        for letter, word in (("S", "claims"), ("M", "misconceptions")):
            count = sum(number[0] == letter for number in covered)
            self.stdout.write(f"{word}: {count} of {KNOWN_IDS[letter]}")
