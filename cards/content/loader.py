"""Brings the starter decks from their files into the database, without touching schedules or a teacher's changes."""

import json
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import transaction

from cards.content import rules
from cards.models import Card, Deck, Motive

CONTENT_DIR = Path(__file__).parent
MOTIVES_FILE = "motives.toml"
DECK_FIELDS = ("title", "description", "position")


class ContentError(Exception):
    """A deck file that can't be loaded; the message names file, card and reason."""


@dataclass
class Report:
    """What a load did: counts by word, and a sentence for each thing it left alone."""

    counts: Counter[str] = field(default_factory=Counter)
    left_alone: list[str] = field(default_factory=list)


def load_starter_decks(directory: Path = CONTENT_DIR) -> Report:
    """Load every deck file of `directory`, all or nothing; raises ContentError."""
    report = Report()
    with transaction.atomic():
        motives = _load_motives(directory / MOTIVES_FILE)
        for path in sorted(directory.glob("*.toml")):
            if path.name != MOTIVES_FILE:
                _load_deck(path, _read(path), motives, report)
    return report


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ContentError(f"{path.name}: {error}") from error


def _load_motives(path: Path) -> dict[str, Motive]:
    motives = {}
    for position, entry in enumerate(_read(path)["motives"], start=1):
        values = {"name": entry["name"], "meaning": entry["meaning"], "position": position}
        motives[entry["code"]], _ = Motive.objects.get_or_create(code=entry["code"], defaults=values)
    return motives


def _load_deck(path: Path, content: Mapping[str, Any], motives: Mapping[str, Motive], report: Report) -> None:
    _check(path, content["cards"], motives)
    deck = _upsert_deck(content["deck"], report)
    if deck is None:
        return
    known = {card.code: card for card in deck.cards.select_related("motive")}
    for position, entry in enumerate(content["cards"], start=1):
        values = _card_values(entry, position, motives, content["deck"]["checked_on"])
        _upsert_card(deck, known.pop(entry["code"], None), entry["code"], values, report)
    for card in known.values():
        _archive(card, report)


def _check(path: Path, cards: list[dict[str, Any]], motives: Mapping[str, Motive]) -> None:
    seen: set[str] = set()
    for card in cards:
        found = list(rules.problems(card))
        if card.get("motive") not in motives:
            found.append(f"motive {card.get('motive')!r} is not in {MOTIVES_FILE}")
        if card.get("code") in seen:
            found.append("stands in the file twice")
        if found:
            raise ContentError(f"{path.name}: card {card.get('code')}: {'; '.join(found)}")
        seen.add(card["code"])


def _upsert_deck(entry: Mapping[str, Any], report: Report) -> Deck | None:
    """The starter deck, made or brought up to date; None when the address belongs to somebody else's deck."""
    values = {name: entry[name] for name in DECK_FIELDS}
    deck = Deck.objects.filter(slug=entry["slug"]).first()
    if deck is None:
        report.counts["decks added"] += 1
        return Deck.objects.create(
            slug=entry["slug"],
            origin=Deck.Origin.STARTER,
            status=Deck.Status.PUBLISHED,
            in_library=True,
            loaded_hash=_hash(values),
            **values,
        )
    if deck.origin != Deck.Origin.STARTER:
        report.left_alone.append(f"{deck}: not a starter deck, but has the address {deck.slug}")
        return None
    _bring_up_to_date(deck, values, {name: getattr(deck, name) for name in DECK_FIELDS}, "decks", report)
    return deck


def _card_values(entry: Mapping[str, Any], position: int, motives: Mapping[str, Motive], checked_on: Any) -> dict:
    return {
        "kind": entry["kind"],
        "position": position,
        "section": entry["section"],
        "level": entry["level"],
        "front": entry["front"],
        "back": entry["back"],
        "why": entry["why"],
        "actor": entry["actor"],
        "motive": motives[entry["motive"]],
        "source": entry["source"],
        "checked_on": checked_on,
        "contested": entry.get("contested", ""),
        "common_mistake": entry.get("mistake", ""),
        "claims": [*entry.get("claims", []), *entry.get("facts", [])],
    }


def _upsert_card(deck: Deck, card: Card | None, code: str, values: dict[str, Any], report: Report) -> None:
    if card is None:
        Card.objects.create(deck=deck, code=code, status=Card.Status.PUBLISHED, loaded_hash=_hash(values), **values)
        report.counts["cards added"] += 1
        return
    if not card.loaded_hash:  # it had left the files, and is back
        card.status = Card.Status.PUBLISHED
        card.loaded_hash = _hash({name: getattr(card, name) for name in values})
        card.save()
        report.counts["cards brought back"] += 1
    _bring_up_to_date(card, values, {name: getattr(card, name) for name in values}, "cards", report)


def _bring_up_to_date(
    thing: Deck | Card, wanted: dict[str, Any], found: dict[str, Any], word: str, report: Report
) -> None:
    """Write what the file says, unless a teacher has changed what was loaded."""
    if thing.loaded_hash == _hash(wanted):
        report.counts[f"{word} unchanged"] += 1
    elif thing.loaded_hash != _hash(found):
        report.left_alone.append(f"{thing}: changed by a teacher, the file’s text was not loaded")
    else:
        for name, value in wanted.items():
            setattr(thing, name, value)
        thing.loaded_hash = _hash(wanted)
        thing.save()
        report.counts[f"{word} changed"] += 1


def _archive(card: Card, report: Report) -> None:
    """A card that left the files is hidden, and every student's history of it kept."""
    if card.loaded_hash:
        card.status, card.loaded_hash = Card.Status.ARCHIVED, ""
        card.save()
        report.counts["cards archived"] += 1


def _hash(values: Mapping[str, Any]) -> str:
    def plain(value: Any) -> Any:
        return value.code if isinstance(value, Motive) else str(value)

    return sha256(json.dumps(values, default=plain, sort_keys=True).encode()).hexdigest()
