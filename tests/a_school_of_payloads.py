"""A school in which somebody has written a payload into every text that there is, past all forms."""

from datetime import timedelta
from itertools import islice

from django.apps import apps
from django.db import models
from django.utils import timezone

from accounts.audit import AuditEvent
from accounts.free_days import FreeDays
from cards.interchange.batches import make_batch, received_text
from cards.models import Card, CardState, Flag, ImportBatch, Note, TaughtLesson
from tests.factories import (
    AssignmentFactory,
    CardFactory,
    DeckFactory,
    DeckTeacherFactory,
    MembershipFactory,
    MisconceptionFactory,
    MotiveFactory,
    SchoolClassFactory,
    TeacherMembershipFactory,
)
from tests.payloads import PAYLOADS

TEXTS = (models.CharField, models.TextField, models.JSONField)
CARDS = 12
WRITTEN = {
    "accounts.User": ["first_name", "last_name", "username", "email", "exam_board"],
    "accounts.SchoolClass": ["name", "exam_board"],
    "accounts.FreeDays": ["name"],
    "accounts.AuditEvent": ["detail"],
    "cards.Deck": ["title", "description"],
    "cards.TaughtLesson": ["section"],
    "cards.ImportBatch": ["name", "text", "rows"],
    "cards.Motive": ["name", "meaning", "stalin_evidence", "hitler_evidence", "counter", "source"],
    "cards.Misconception": ["wrong", "fact"],
    "cards.Card": [
        *("section", "front", "back", "why", "source", "contested", "common_mistake", "options", "answer", "points"),
        *("hint", "board", "rewarded", "link", "claims", "revised_from"),
    ],
    "cards.Note": ["text"],
    "cards.Flag": ["reason"],
}
NO_TEXT = {  # made by the program, or of letters and digits alone
    "accounts.User": ["password", "time_zone", "plan"],
    "accounts.SchoolClass": ["join_code"],
    "accounts.LoginCode": ["code_hash"],
    "accounts.AuditEvent": ["of_kind"],
    "cards.Deck": ["slug", "loaded_hash"],
    "cards.ImportBatch": ["choices", "changes"],
    "cards.Motive": ["code", "loaded_hash"],
    "cards.Misconception": ["code", "loaded_hash"],
    "cards.Card": ["code", "loaded_hash"],
    "cards.ReviewLog": ["detail"],
}


def text_fields():
    """Every field of ours that takes free text, as “app.Model”: names."""
    found = {}
    for model in apps.get_models():
        if model._meta.app_label in ("accounts", "cards") and not model.__name__.startswith("Historical"):
            fields = [field for field in model._meta.concrete_fields if isinstance(field, TEXTS) and not field.choices]
            found[model._meta.label] = {field.name for field in fields}
    return {label: names for label, names in found.items() if names}


def chunks(room):
    """All payloads, as many to a text as there is room for; one that is longer alone, cut off."""
    text = ""
    for payload in PAYLOADS:
        if text and len(text) + len(payload) >= room:
            yield text[:room]
            text = ""
        text += payload + "\n"
    yield text[:room]


def values(label, number):
    """A text for each field of one row; over the rows each field has had a good part of the payloads."""
    model = apps.get_model(label)
    found = {}
    for shift, name in enumerate(WRITTEN[label]):
        field = model._meta.get_field(name)
        if not isinstance(field, models.JSONField):
            texts = list(chunks(min(field.max_length or 1000, 1000)))
            found[name] = texts[(number * len(WRITTEN[label]) + shift) % len(texts)]
    return found


def card_values(number):
    kind = Card.Kind.values[number % len(Card.Kind.values)]
    texts = values("cards.Card", number)
    lines = list(islice(chunks(200), number, number + 6))
    texts |= {"kind": kind, "options": lines[:4], "answer": lines[0], "claims": lines[:2], "board": ""}
    texts["points"] = [
        {"sort": sort, "text": line} for sort, line in zip(("claim", "evidence", "link"), lines, strict=False)
    ]
    if kind == Card.Kind.CLOZE:
        words = texts["front"].replace("{{", "{ {").replace("}}", "} }").replace("\n", " ")
        texts["front"] = f"{words[:400]}{{{{{words[400:500]}}}}}{words[500:]}"
    now = timezone.now()
    step = {"at": now.isoformat(), "from": values("cards.Card", number + 1)}
    return texts | {"revised_at": now, "revised_from": [step]}


def school():
    """The teacher, the student, and what addresses need to know."""
    now = timezone.now()
    school_class = SchoolClassFactory(**values("accounts.SchoolClass", 1))
    teacher = TeacherMembershipFactory(school_class=school_class, **_of_user(100)).user
    students = [MembershipFactory(school_class=school_class, **_of_user(number)).user for number in range(CARDS)]
    motives = [MotiveFactory(**values("cards.Motive", number)) for number in range(CARDS)]
    wrong = [MisconceptionFactory(**values("cards.Misconception", number)) for number in range(CARDS)]
    deck = DeckTeacherFactory(user=teacher, **_prefixed("deck__", values("cards.Deck", 0))).deck
    given = AssignmentFactory(deck=deck, school_class=school_class, by_lesson=True)
    DeckFactory(cards=1, **values("cards.Deck", 1))
    cards = [
        CardFactory(deck=deck, motive=motives[number], misconception=wrong[number], **card_values(number))
        for number in range(CARDS)
    ]
    deck.cards.filter(kind="explain").update(board=school_class.exam_board)
    for card in cards:
        TaughtLesson.objects.get_or_create(assignment=given, section=card.section, defaults={"taught_at": now})
        _learned(students[0], card, now)
    own = DeckFactory(owner=students[0], in_library=False, slug="own", origin="own", **values("cards.Deck", 2))
    mine = [CardFactory(deck=own, motive=None, **card_values(number)) for number in range(2)]
    days = {"first_day": now.date(), "last_day": now.date()}
    FreeDays.objects.create(school_class=school_class, **days, **values("accounts.FreeDays", 0))
    AuditEvent.objects.create(kind="deck_exported", at=now, by=teacher, **values("accounts.AuditEvent", 0))
    batch = _import(deck, teacher, now)
    return {"teacher": teacher, "student": students[0], "school_class": school_class, "deck": deck, "cards": cards} | {
        "own": mine[0],
        "assignment": given,
        "batch": batch,
        "motive": motives[0],
    }


def _prefixed(prefix, found):
    return {prefix + name: value for name, value in found.items()}


def _of_user(number):
    found = values("accounts.User", number) | {"exam_board": ""}
    found["username"] = f"{number}{found['username']}"[:150]
    return _prefixed("user__", found)


def _learned(student, card, now):
    CardState.objects.create(
        user=student,
        card=card,
        version=1,
        repetitions=1,
        interval=1,
        lapses=8,
        due_on=now.date(),
        sm2_due_on=now.date(),
        introduced_on=now.date() - timedelta(days=9),
        answered_on=now.date() - timedelta(days=9),
        answered_at=now - timedelta(days=9),
    )
    Note.objects.create(user=student, card=card, **values("cards.Note", card.position))
    Flag.objects.create(user=student, card=card, raised_at=now, **values("cards.Flag", card.position))


def _import(deck, teacher, now):
    rows = "\n".join(f"{number} {text}\t{text}" for number, text in enumerate(PAYLOADS) if not set(text) & set('\t\n"'))
    batch = make_batch(deck, teacher, received_text(rows, name="x"), now=now)
    ImportBatch.objects.filter(pk=batch.pk).update(name=values("cards.ImportBatch", 0)["name"])
    return batch
