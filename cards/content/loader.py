"""Brings the starter content into the database, without touching schedules or a teacher's changes."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import models, transaction

from cards.content.files import CONTENT_DIR, Content, ContentError, DeckFile, read_content
from cards.models import Card, Deck, Misconception, Motive

DECK_FIELDS = ("title", "description", "position")
MOTIVE_FIELDS = ("name", "meaning", "stalin_evidence", "hitler_evidence", "counter", "source")
LIST_FIELDS = ("options", "points")
TEXT_FIELDS = ("contested", "answer", "hint", "board", "rewarded", "link")
SAME_FIELDS = ("kind", "section", "level", "front", "back", "why", "actor", "source")

Values = dict[str, Any]


@dataclass
class Report:
    """What a load did: counts by word, and a sentence for each thing it left alone."""

    counts: Counter[str] = field(default_factory=Counter)
    left_alone: list[str] = field(default_factory=list)


@dataclass
class Names:
    """What cards refer to, by code."""

    motives: dict[str, Motive]
    misconceptions: dict[str, Misconception]


def load_starter_decks(directory: Path = CONTENT_DIR) -> Report:
    """Load every file of `directory`, all or nothing; raises ContentError."""
    content = read_content(directory)
    if found := next(content.problems(), None):
        raise ContentError(found)
    report = Report()
    with transaction.atomic():
        names = _load_names(content, report)
        for file in content.decks:
            _load_deck(file, names, report)
    return report


def _load_names(content: Content, report: Report) -> Names:
    motives, misconceptions = {}, {}
    for position, entry in enumerate(content.motives, start=1):
        values: Values = {name: entry.get(name, "") for name in MOTIVE_FIELDS}
        values |= {"position": position, "is_context": entry.get("context", False)}
        motives[entry["code"]] = _upsert(Motive, {"code": entry["code"]}, values, report)
    for entry in content.misconceptions:
        values = {"wrong": entry["wrong"], "fact": entry["fact"]}
        key = {"code": entry["code"].lower()}
        misconceptions[entry["code"]] = _upsert(Misconception, key, values, report)
    return Names(motives, misconceptions)


def _load_deck(file: DeckFile, names: Names, report: Report) -> None:
    slug = file.deck["slug"]
    if Deck.objects.filter(slug=slug).exclude(origin=Deck.Origin.STARTER).exists():
        report.left_alone.append(f"{slug}: the deck at this address is not a starter deck")
        return
    values = {name: file.deck[name] for name in DECK_FIELDS}
    extra = {"origin": Deck.Origin.STARTER, "status": Deck.Status.PUBLISHED, "in_library": True}
    deck = _upsert(Deck, {"slug": slug}, values, report, extra)
    for position, entry in enumerate(file.cards, start=1):
        _load_card(deck, entry, card_values(entry, position, names, file.deck["checked_on"]), report)
    _archive_others(deck, [entry["code"] for entry in file.cards], report)


def card_values(entry: Mapping[str, Any], position: int, names: Names, checked_on: Any) -> Values:
    """The fields of a Card as a file's entry gives them."""
    misconceptions = entry.get("misconceptions", [])
    return {
        **{name: entry[name] for name in SAME_FIELDS},
        **{name: entry.get(name, "") for name in TEXT_FIELDS},
        **{name: entry.get(name, []) for name in LIST_FIELDS},
        "position": position,
        "motive": names.motives[entry["motive"]],
        "checked_on": checked_on,
        "common_mistake": entry.get("mistake", ""),
        "misconception": names.misconceptions[misconceptions[0]] if misconceptions else None,
        "marks": entry.get("marks"),
        "claims": [*entry.get("claims", []), *entry.get("facts", [])],
    }


def _load_card(deck: Deck, entry: Mapping[str, Any], values: Values, report: Report) -> None:
    key = {"deck": deck, "code": entry["code"]}
    gone = Card.objects.filter(**key, loaded_hash="", status=Card.Status.ARCHIVED).first()
    if gone:  # it had left the files, and is back
        gone.status, gone.loaded_hash = Card.Status.PUBLISHED, _hash(_found(gone, values))
        gone.save()
        report.counts["cards brought back"] += 1
    _upsert(Card, key, values, report, {"status": Card.Status.PUBLISHED})


def _upsert(model: type[Any], key: Values, values: Values, report: Report, extra: Values | None = None) -> Any:
    """The row with this key, made (with `extra`), or brought up to date unless somebody has changed what was loaded."""
    word = f"{model.__name__.lower()}s"
    row = model.objects.filter(**key).first()
    if row is None:
        report.counts[f"{word} added"] += 1
        return model.objects.create(**key, **values, **(extra or {}), loaded_hash=_hash(values))
    if row.loaded_hash == _hash(values):
        report.counts[f"{word} unchanged"] += 1
    elif row.loaded_hash != _hash(_found(row, values)):
        report.left_alone.append(f"{row}: changed by a teacher, the file’s text was not loaded")
    else:
        for name, value in {**values, "loaded_hash": _hash(values)}.items():
            setattr(row, name, value)
        row.save()
        report.counts[f"{word} changed"] += 1
    return row


def _archive_others(deck: Deck, codes: Iterable[str], report: Report) -> None:
    """Cards that left the files are hidden, and every student's history of them kept."""
    for card in deck.cards.exclude(code__in=codes).exclude(loaded_hash=""):
        card.status, card.loaded_hash = Card.Status.ARCHIVED, ""
        card.save()
        report.counts["cards archived"] += 1


def _found(row: models.Model, values: Values) -> Values:
    return {name: getattr(row, name) for name in values}


def _hash(values: Values) -> str:
    """Of what is said only: a field that a later version adds, and leaves empty, changes no hash."""

    def plain(value: Any) -> Any:
        return value.code if isinstance(value, Motive | Misconception) else str(value)

    said = {name: value for name, value in values.items() if value not in ("", None, [], False)}
    return sha256(json.dumps(said, default=plain, sort_keys=True).encode()).hexdigest()


def entry_of(card: Card) -> Values:
    """A card as a deck file's entry, so that the rules of the files can be held against what a teacher writes."""
    entry: Values = {name: getattr(card, name) for name in (*SAME_FIELDS, *TEXT_FIELDS, *LIST_FIELDS)}
    entry |= {"code": card.code, "marks": card.marks, "mistake": card.common_mistake, "claims": card.claims}
    entry["motive"] = card.motive.code if card.motive else ""
    return {name: value for name, value in entry.items() if value}
