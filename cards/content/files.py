"""Reads the starter content from its files, and says what is wrong with it, file by file and card by card."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from cards.content import rules

CONTENT_DIR = Path(__file__).parent
MOTIVES_FILE, MISCONCEPTIONS_FILE = "motives.toml", "misconceptions.toml"
DECK_KEYS = {"slug", "title", "position", "description", "checked_on"}


class ContentError(Exception):
    """A file that can't be used; the message names file, card and reason."""


@dataclass(frozen=True, slots=True)
class DeckFile:
    name: str
    deck: Mapping[str, Any]
    cards: list[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that the files of one folder say."""

    motives: list[Mapping[str, Any]]
    misconceptions: list[Mapping[str, Any]]
    decks: list[DeckFile]

    def problems(self) -> Iterator[str]:
        """Every breach, as “file: card: sentence”."""
        motives = {motive["code"] for motive in self.motives}
        named = {misconception["code"] for misconception in self.misconceptions}
        codes: dict[str, str] = {}
        fronts: dict[str, str] = {}
        for file in self.decks:
            yield from _deck_problems(file)
            for card in file.cards:
                found = [*rules.problems(card), *_link_problems(card, motives, named)]
                found += _twice("code", codes, card.get("code"), file.name)
                found += _twice("front", fronts, card.get("front"), file.name)
                yield from (f"{file.name}: {card.get('code')}: {sentence}" for sentence in found)


def read_content(directory: Path = CONTENT_DIR) -> Content:
    """Read every file of the folder; raises ContentError where one is no TOML or lacks its tables."""
    decks = []
    for path in sorted(directory.glob("*.toml")):
        if path.name not in (MOTIVES_FILE, MISCONCEPTIONS_FILE):
            table = _read(path)
            decks.append(DeckFile(path.name, _part(path, table, "deck"), _part(path, table, "cards")))
    return Content(
        motives=_part(directory / MOTIVES_FILE, _read(directory / MOTIVES_FILE), "motives"),
        misconceptions=_part(directory / MISCONCEPTIONS_FILE, _read(directory / MISCONCEPTIONS_FILE), "misconceptions"),
        decks=decks,
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, FileNotFoundError) as error:
        raise ContentError(f"{path.name}: {error}") from error


def _part(path: Path, table: Mapping[str, Any], name: str) -> Any:
    if name not in table:
        raise ContentError(f"{path.name}: has no [{name}]")
    return table[name]


def _deck_problems(file: DeckFile) -> Iterator[str]:
    missing = DECK_KEYS - set(file.deck)
    if missing:
        yield f"{file.name}: the deck lacks {', '.join(sorted(missing))}"
    elif not isinstance(file.deck["checked_on"], date):
        yield f"{file.name}: checked_on is no date"
    sections = [card.get("section") for card in file.cards]
    starts = [name for place, name in enumerate(sections) if place == 0 or sections[place - 1] != name]
    for name in sorted({str(name) for name in starts if starts.count(name) > 1}):
        yield f"{file.name}: the cards of the section “{name}” do not stand together"


def _link_problems(card: Mapping[str, Any], motives: set[str], named: set[str]) -> Iterator[str]:
    if card.get("motive") not in motives:
        yield f"motive {card.get('motive')!r} is not in {MOTIVES_FILE}"
    for code in card.get("misconceptions", []):
        if code not in named:
            yield f"misconception {code} is not in {MISCONCEPTIONS_FILE}"


def _twice(word: str, seen: dict[str, str], value: str | None, file: str) -> Iterator[str]:
    if value in seen:
        yield f"the same {word} stands in {seen[value]}"
    elif value:
        seen[value] = file
