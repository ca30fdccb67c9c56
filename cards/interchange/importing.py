"""Writes: a batch that was looked at becomes cards, in one transaction; and the same back again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Count, Exists, F, Max, OuterRef, QuerySet
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from accounts.models import User
from cards.interchange.batches import looks_of
from cards.interchange.fields import FIELDS
from cards.interchange.verdicts import Look, Verdict
from cards.models import Card, CardState, Deck, Flag, ImportBatch, Misbelief, Note, ReviewLog

AT_ONCE = 500
LONGEST_PREFIX = 54  # of a code of 60 characters
NO_WORK = ("id", "status", "position")  # what may be another without anybody having worked on the card's text


class CannotUndoError(Exception):
    """Taking the import back would take something from a student; its text says what."""


@dataclass(frozen=True, slots=True)
class Imported:
    new: int
    changed: int
    kept: int  # rows that are no cards: problems, and what she left out


def import_batch(batch: ImportBatch, *, now: datetime) -> Imported | None:
    """Make the taken rows cards; None when that was done before, or when there is nothing to take."""
    with transaction.atomic():
        Deck.objects.select_for_update().get(pk=batch.deck_id)  # two imports can't give the same code twice
        held = ImportBatch.objects.select_for_update().filter(pk=batch.pk, imported_at=None).first()
        looks = looks_of(held) if held else []
        taken = [look for look in looks if look.is_taken]
        if not held or not taken or not _claim(held, now):
            return None
        held.imported_at = now
        new = _make_cards(held, [look for look in taken if look.verdict is Verdict.NEW])
        held.changes = _change_cards(held, [look for look in taken if look.verdict is Verdict.CHANGES], now)
        held.rows = [look.row.json for look in looks if not look.is_taken and look.verdict is not Verdict.SAME]
        held.text = ""
        held.save(update_fields=["changes", "rows", "text"])
    return Imported(new, len(held.changes), len(held.rows))


def _claim(batch: ImportBatch, now: datetime) -> bool:
    """Whether this is the click that imports; the second of a double click is too late."""
    return ImportBatch.objects.filter(pk=batch.pk, imported_at=None).update(imported_at=now) == 1


def _make_cards(batch: ImportBatch, looks: Sequence[Look]) -> int:
    last = batch.deck.cards.aggregate(last=Max("position"))["last"] or 0
    codes = _free_codes(batch.deck, {look.values["code"] for look in looks if "code" in look.values})
    cards = [
        Card(
            **{"code": look.values.get("code") or next(codes), **look.values},
            deck=batch.deck,
            status=Card.Status.DRAFT,
            position=last + place,
            import_batch=batch,
        )
        for place, look in enumerate(looks, start=1)
    ]
    bulk_create_with_history(cards, Card, batch_size=AT_ONCE, default_user=batch.user, default_date=batch.imported_at)
    return len(cards)


def _free_codes(deck: Deck, asked_for: set[str]) -> Iterator[str]:
    """The deck’s address and a number that no card of it has had."""
    taken = {*deck.cards.values_list("code", flat=True), *asked_for}
    prefix = deck.slug[:LONGEST_PREFIX].rstrip("-")
    numbers = [code.removeprefix(f"{prefix}-") for code in taken if code.startswith(f"{prefix}-")]
    highest = max((int(number) for number in numbers if number.isascii() and number.isdigit()), default=0)
    return (code for number in count(min(highest, 10_000) + 1) if (code := f"{prefix}-{number:03}") not in taken)


def _change_cards(batch: ImportBatch, looks: Sequence[Look], now: datetime) -> list[dict[str, Any]]:
    """A corrected typo each, so nobody’s schedule moves; their texts as they were are what is returned.

    A teacher who means something else by a card from now on says so on the card’s own page.
    """
    kept, cards = [], []
    names: set[str] = set()
    for look in looks:
        card, changes = look.card, look.changes
        if card is None:
            continue
        before = {change.name: _plain(change.old) for change in changes}
        kept.append({"card": card.pk, "before": before, "after": {one.name: _plain(one.new) for one in changes}})
        names |= before.keys()
        for change in changes:
            setattr(card, change.name, change.new)
        cards.append(card)
    _save_changed(cards, names, batch.user, now)
    return kept


def _save_changed(cards: Sequence[Card], names: set[str], user: User, now: datetime) -> None:
    if cards:
        bulk_update_with_history(cards, Card, [*names], batch_size=AT_ONCE, default_user=user, default_date=now)
        written = Card.objects.filter(pk__in=[card.pk for card in cards])
        written.update(version=F("version") + 1, changed_at=now)  # whoever has the card open is told


def _plain(value: Any) -> Any:
    """As JSON keeps it."""
    if isinstance(value, models.Model):
        return value.pk
    return value.isoformat() if isinstance(value, date) else value


# --- undo


def past_imports(deck: Deck, user: User) -> QuerySet[ImportBatch]:
    """Her imports of the deck, newest first, with `card_count` and whether a student has reviewed one of its cards."""
    reviewed = ReviewLog.objects.filter(card__import_batch=OuterRef("pk"))
    batches = ImportBatch.objects.of_teacher(user).filter(deck=deck, imported_at__isnull=False)
    counted = batches.annotate(card_count=Count("cards"), is_reviewed=Exists(reviewed))
    return counted.defer("rows", "text").order_by("-imported_at")


@dataclass(frozen=True, slots=True)
class Undoing:
    """What taking an import back does."""

    gone: int
    restored: int
    kept: int  # on which somebody has worked since


def undoing(batch: ImportBatch) -> Undoing:
    """As it would be now, for the teacher to read first."""
    made, edited = _made(batch), _edited(_made(batch))
    restored, _names = _restored(batch, _changed(batch).in_bulk())
    return Undoing(made.count() - len(edited), len(restored), len(edited) + len(batch.changes) - len(restored))


def undo_import(batch: ImportBatch, *, now: datetime) -> int | None:
    """Delete its new cards and give changed ones their old texts; the number of cards that somebody has worked on
    since, which stay as they are. None when it was undone before. Raises CannotUndoError.
    """
    try:
        with transaction.atomic():
            Deck.objects.select_for_update().get(pk=batch.deck_id)
            _refuse_if_met(batch, _made(batch), _changed(batch))
            if not ImportBatch.objects.filter(pk=batch.pk, imported_at__isnull=False, undone_at=None).update(
                undone_at=now, rows=[], choices={}
            ):
                return None
            restored, names = _restored(batch, _changed(batch).select_for_update().in_bulk())
            _save_changed(restored, names, batch.user, now)
            list(_made(batch).select_for_update().values_list("pk"))  # who is just saving one of them comes first
            edited = _edited(_made(batch))
            _delete(_made(batch).exclude(pk__in=edited), batch.user, now)
            return len(edited) + len(batch.changes) - len(restored)
    except IntegrityError:  # a student was quicker
        raise CannotUndoError(_("A student has just met one of its cards. Archive the cards instead.")) from None


def _made(batch: ImportBatch) -> QuerySet[Card]:
    return Card.objects.filter(import_batch=batch, deck=batch.deck_id)


def _changed(batch: ImportBatch) -> QuerySet[Card]:
    return Card.objects.filter(pk__in=[change["card"] for change in batch.changes], deck=batch.deck_id)


def _edited(cards: QuerySet[Card]) -> set[int]:
    """Those that say something else than their first line of history. To be published or put in order is no work."""
    record = Card.history.model
    names = ["id", *(field.attname for field in record.tracked_fields if field.attname not in NO_WORK)]
    first = {line["id"]: line for line in record.objects.filter(id__in=cards, history_type="+").values(*names)}
    return {card["id"] for card in cards.values(*names) if card != first.get(card["id"])}


def _delete(cards: QuerySet[Card], user: User, now: datetime) -> None:
    """In one statement, with a line of history each: one by one, thousands would keep students’ answers waiting.

    Nothing of a student hangs on them; if something does by now, the database refuses.
    """
    record = Card.history.model
    names = [field.attname for field in record.tracked_fields]
    gone = [
        record(history_date=now, history_user=user, history_type="-", **{name: getattr(card, name) for name in names})
        for card in cards
    ]
    record.objects.bulk_create(gone, batch_size=AT_ONCE)
    cards._raw_delete(cards.db)


def _refuse_if_met(batch: ImportBatch, made: QuerySet[Card], changed: QuerySet[Card]) -> None:
    for rows in (ReviewLog.objects, CardState.objects, Misbelief.objects, Note.objects, Flag.objects):
        if met := rows.filter(card__in=made).select_related("card").first():
            raise _reviewed(met.card)
    if met := ReviewLog.objects.filter(card__in=changed, answered_at__gte=batch.imported_at).first():
        raise _reviewed(met.card)


def _reviewed(card: Card) -> CannotUndoError:
    sentence = _("A student has reviewed “%(card)s” already, so the import stays. Archive the cards instead.")
    return CannotUndoError(sentence % {"card": card})


def _restored(batch: ImportBatch, cards: dict[int, Card]) -> tuple[list[Card], set[str]]:
    """The changed cards with their old texts, unsaved, and which fields those are; without the ones changed since."""
    restored, names = [], set()
    for change in batch.changes:
        card = cards.get(change["card"])
        if card and all(_plain(_value(card, name)) == value for name, value in change["after"].items()):
            for name, value in change["before"].items():
                setattr(card, FIELDS[name].attname, FIELDS[name].to_python(value))
            names |= change["before"].keys()
            restored.append(card)
    return restored, names


def _value(card: Card, name: str) -> Any:
    return getattr(card, FIELDS[name].attname)
