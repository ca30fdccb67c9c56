"""Reads the starter content from its files, and says what is wrong with it, file by file and card by card."""

import tomllib
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cards.content import heads, rules

CONTENT_DIR = Path(__file__).parent
MOTIVES_FILE, MISCONCEPTIONS_FILE = "motives.toml", "misconceptions.toml"

Seen = dict[str, str]  # where a text that may stand once only was seen first


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
        yield from _named_problems(MOTIVES_FILE, self.motives, heads.motive_problems)
        yield from _named_problems(MISCONCEPTIONS_FILE, self.misconceptions, heads.misconception_problems)
        motives = [motive.get("code") for motive in self.motives]
        named = [misconception.get("code") for misconception in self.misconceptions]
        seen: dict[str, Seen] = {"slug": {}, "code": {}, "front": {}}
        for file in self.decks:
            found = [*heads.deck_problems(file.deck), *_section_problems(file)]
            found += _twice("slug", seen, file.deck, file.name)
            yield from (f"{file.name}: the deck: {sentence}" for sentence in found)
            for card in file.cards:
                found = [*rules.problems(card), *_link_problems(card, motives, named)]
                found += [*_twice("code", seen, card, file.name), *_twice("front", seen, card, file.name)]
                yield from (f"{file.name}: {card.get('code')}: {sentence}" for sentence in found)

    @property
    def cards(self) -> list[Mapping[str, Any]]:
        return [card for file in self.decks for card in file.cards]

    def taught(self) -> set[str]:
        """The numbers of all claims, facts and misconceptions that a card teaches."""
        words = ("claims", "facts", "misconceptions")
        return {number for card in self.cards for word in words for number in card.get(word, [])}


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
    part = table.get(name)
    if name == "deck" and not isinstance(part, dict):
        raise ContentError(f"{path.name}: has no [deck]")
    if name != "deck" and not (isinstance(part, list) and all(isinstance(entry, dict) for entry in part)):
        raise ContentError(f"{path.name}: has no [[{name}]]")
    return part


def _named_problems(
    file: str, entries: Iterable[Mapping[str, Any]], rule: Callable[[Mapping[str, Any]], Iterator[str]]
) -> Iterator[str]:
    seen: dict[str, Seen] = {"code": {}}
    for entry in entries:
        found = [*rule(entry), *_twice("code", seen, entry, file)]
        yield from (f"{file}: {entry.get('code')}: {sentence}" for sentence in found)


def _section_problems(file: DeckFile) -> Iterator[str]:
    sections = [card.get("section") for card in file.cards]
    starts = [name for place, name in enumerate(sections) if place == 0 or sections[place - 1] != name]
    for name in sorted({str(name) for name in starts if starts.count(name) > 1}):
        yield f"the cards of the section “{name}” do not stand together"


def _link_problems(card: Mapping[str, Any], motives: Container[Any], named: Container[Any]) -> Iterator[str]:
    if card.get("motive") not in motives:
        yield f"motive {card.get('motive')!r} is not in {MOTIVES_FILE}"
    codes = card.get("misconceptions", [])
    for code in codes if isinstance(codes, list) else []:
        if code not in named:
            yield f"misconception {code} is not in {MISCONCEPTIONS_FILE}"


def _twice(name: str, seen: dict[str, Seen], entry: Mapping[str, Any], file: str) -> Iterator[str]:
    value = entry.get(name)
    if not isinstance(value, str) or not value:
        return
    if value in seen[name]:
        yield f"the same {name} stands in {seen[name][value]}"
    else:
        seen[name][value] = file
