"""Deck → .apkg → Anki itself → .apkg → deck, equal, for every starter deck: `make bench-anki`."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.visits import in_a_database_of_its_own  # sets Django up, so it comes first

from cards.content.loader import load_starter_decks  # isort: skip
from cards.interchange.apkg import read_package, write_package  # isort: skip
from cards.interchange.cells import cells_of  # isort: skip
from cards.models import Deck  # isort: skip

ROOT = Path(__file__).parents[2]
ANKI_PYTHON = ROOT / ".venv-anki/bin/python"
FIRST = datetime(2026, 11, 23, 12, tzinfo=UTC)
CHANGED = "A second export has this back."


def _by_code(rows):
    return sorted(rows, key=lambda row: row.cells["code"])


def expected(cards):
    """What a reader must find, as (cells, motive)."""
    found = []
    for card in cards:
        cells = {name: text for name, text in cells_of(card).items() if text}
        motive = cells.pop("motive", None)
        found.append((cells, (motive,) if motive else (), ""))
    return sorted(found, key=lambda row: row[0]["code"])


def found(path):
    return [(row.cells, row.tags, row.problem) for row in _by_code(read_package(path.read_bytes()).rows)]


def try_deck(deck):
    cards = list(deck.cards.select_related("deck", "motive", "misconception").order_by("position"))
    with TemporaryDirectory() as place:
        directory = Path(place)
        (directory / "first.apkg").write_bytes(write_package(deck, cards, now=FIRST))
        cards[0].back = CHANGED
        (directory / "second.apkg").write_bytes(write_package(deck, cards, now=FIRST + timedelta(days=1)))
        script = ROOT / "tests/bench/in_anki.py"
        ran = subprocess.run([ANKI_PYTHON, "-I", script, place], check=True, capture_output=True, text=True)
        counts = json.loads(ran.stdout)
        equal = {name: found(directory / f"{name}.apkg") == expected(cards) for name in ("old", "new")}
    _report(deck, len(cards), counts, equal)
    return all(equal.values()) and counts["notes"] == len(cards) and counts["imports"][1]["new"] == 0


def _report(deck, count, counts, equal):
    words = ", ".join(f"{name} package {'equal' if same else 'DIFFERENT'}" for name, same in equal.items())
    print(f"{deck.slug}: {count} cards; Anki has {counts['notes']} notes, {counts['cards']} cards; back: {words}")
    print(f"    first import {counts['imports'][0]}, second with one card changed {counts['imports'][1]}")


def make_deck_of_marks():
    """What the starter decks have none of: bold, italics, lists, links, and signs that are no marks."""
    deck = Deck.objects.create(title="Marks", slug="marks")
    texts = (
        "to win **time**, *not* to fight",
        "three:\n- **time**\n- land\nand more",
        "[the *text*](https://avalon.law.yale.edu/nonagg.asp?a=1&b=2), p. 7",
        "\\*sic\\* \\- 2 * 3 [1] <b>x</b> & {y}",
    )
    for number, text in enumerate(texts):
        about = {"why": text, "source": text, "options": [text.replace("\n", " ")]}
        deck.cards.create(code=f"basic-{number}", front=text, back=text, position=number, **about)
        front = text.replace("{y}", "y").replace("\n", " ") + " **{{the blank}}**"
        deck.cards.create(code=f"cloze-{number}", kind="cloze", front=front, back="the blank", position=number)


def bench():
    load_starter_decks()
    make_deck_of_marks()
    results = [try_deck(deck) for deck in Deck.objects.all()]
    print("All equal." if all(results) else "NOT all equal.")
    if not all(results):
        sys.exit(1)


if __name__ == "__main__":
    if not ANKI_PYTHON.exists():
        print("SKIPPED: Anki is not installed in .venv-anki; `make bench-anki` does that.")
    else:
        in_a_database_of_its_own(bench)
