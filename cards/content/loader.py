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
OTHER_FIELDS = ("position", "motive", "checked_on", "common_mistake", "misconception", "marks", "claims")
CARD_FIELDS = (*SAME_FIELDS, *TEXT_FIELDS, *LIST_FIELDS, *OTHER_FIELDS)

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
        _archive_decks([file.deck["slug"] for file in content.decks], report)
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
    _bring_back(Deck, {"slug": slug}, values, report)
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
    _bring_back(Card, key, values, report)
    _upsert(Card, key, values, report, {"status": Card.Status.PUBLISHED})


def _bring_back(model: type[Any], key: Values, values: Values, report: Report) -> None:
    """Publish again what was archived because it had left the files."""
    gone = model.objects.filter(**key, loaded_hash="", status=Card.Status.ARCHIVED).first()
    if gone:
        gone.status, gone.loaded_hash = Card.Status.PUBLISHED, _hash(_found(gone, values))
        gone.save()
        report.counts[f"{model.__name__.lower()}s brought back"] += 1


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
    for card in deck.cards.exclude(code__in=codes).exclude(loaded_hash=""):
        _archive(card, CARD_FIELDS, report)


def _archive_decks(slugs: Iterable[str], report: Report) -> None:
    """A deck whose file is gone goes with its cards, unless a teacher has cards of her own in it."""
    for deck in Deck.objects.filter(origin=Deck.Origin.STARTER).exclude(slug__in=slugs).exclude(loaded_hash=""):
        _archive_others(deck, [], report)
        if not deck.cards.filter(status=Card.Status.PUBLISHED).exists():
            _archive(deck, DECK_FIELDS, report)


def _archive(row: Any, fields: Iterable[str], report: Report) -> None:
    """Hide what left the files, and keep every student's history of it; what a teacher has changed stays."""
    if row.loaded_hash != _hash(_found(row, fields)):
        report.left_alone.append(f"{row}: it left the files, but a teacher has changed it, so it stays")
        return
    row.status, row.loaded_hash = Card.Status.ARCHIVED, ""
    row.save()
    report.counts[f"{type(row).__name__.lower()}s archived"] += 1


def _found(row: models.Model, names: Iterable[str]) -> Values:
    return {name: getattr(row, name) for name in names}


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
