"""The tables of the page of a class: what they show on the screen and, the same, in a file."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from cards.formatting import plain
from cards.forms.school_class import ClassPageForm
from cards.interchange.table import csv_of_rows
from cards.models import Card, Flag
from cards.stats import (
    MINIMUM_STUDENTS,
    MINIMUM_TRIES,
    QUIET_SCHOOL_DAYS,
    RATE_DAYS,
    CardRate,
    ClassStudent,
    Level,
    MisconceptionCount,
    Overview,
    card_rates,
    class_map,
    misconception_counts,
    narrowed,
)
from cards.views.labels import weekday_and_day
from cards.views.motives import LEVEL_NAMES, level_in_words

SHOWN_CARDS = 15
Table = Iterable[list[Any]]


def overview_context(overview: Overview, form: ClassPageForm) -> dict[str, Any]:
    context = {"school_class": overview.school_class, "overview": overview, "form": form}
    context |= {"since": weekday_and_day(overview.since), "quiet_days": QUIET_SCHOOL_DAYS, "rate_days": RATE_DAYS}
    context |= {"minimum_students": MINIMUM_STUDENTS, "minimum_tries": MINIMUM_TRIES}
    context |= _map_context(overview) | _cards_context(overview, form)
    return context | {"misconceptions": _misconceptions(overview), "flags": _flags(overview)}


def _map_context(overview: Overview) -> dict[str, Any]:
    found = class_map([student.user.pk for student in overview.students], overview.cards)
    # There may be thousands of cells, of which only four differ.
    cells = {level: render_to_string("cards/_class_map_cell.html", {"level": level_in_words(level)}) for level in Level}

    def rows(students: list[ClassStudent]) -> list[tuple[ClassStudent, list[str]]]:
        return [(student, [cells[level] for level in found.levels[student.user.pk]]) for student in students]

    return {"motives": found.motives, "map_rows": rows(overview.counted), "excused_rows": rows(overview.excused)}


def _cards_context(overview: Overview, form: ClassPageForm) -> dict[str, Any]:
    rates = _card_rates(overview, form)
    tried = [row for row in rates if row.rate.tries]
    shown = rates if form.cleaned_data["every"] else tried[:SHOWN_CARDS]
    return {"card_rows": shown, "card_count": len(rates), "hidden_count": sum(row.rate.is_hidden for row in tried)}


def _card_rates(overview: Overview, form: ClassPageForm) -> list[CardRate]:
    return card_rates(overview.tries, narrowed(overview.cards, **form.narrowing))


def _misconceptions(overview: Overview) -> list[MisconceptionCount]:
    return misconception_counts(overview.user_ids, overview.cards)


def _flags(overview: Overview) -> list[Flag]:
    """What students of the class say about cards of its decks, as students see them, and nobody has settled."""
    users = [student.user.pk for student in overview.students]
    decks = {card.deck_id for card in overview.cards}
    flags = Flag.objects.standing().filter(user__in=users, card__deck__in=decks, card__status=Card.Status.PUBLISHED)
    return list(flags.select_related("card", "user").order_by("-raised_at", "-pk"))


# --- the same as files


def csv_of(table: str, overview: Overview, form: ClassPageForm) -> str:
    return csv_of_rows(TABLES[table](overview, form))


def _students_table(overview: Overview, form: ClassPageForm) -> Table:
    found = class_map([student.user.pk for student in overview.students], overview.cards)
    head = [_("Student"), _("User name"), _("Excused until"), _("Last practised on")]
    yield [*head, _("Days since %(day)s") % {"day": _day(overview.since)}, *(motive.name for motive in found.motives)]
    for student in [*overview.counted, *overview.excused]:
        user, levels = student.user, found.levels[student.user.pk]
        excused_until = student.excused_until if student.is_excused else None
        about = [user.display_name, user.username, _day(excused_until), _day(student.last_day), student.days]
        yield [*about, *(str(LEVEL_NAMES[level]) for level in levels)]


def _cards_table(overview: Overview, form: ClassPageForm) -> Table:
    yield [_("Card"), _("Deck"), _("Motive"), _("Wrong, per cent"), _("Tries"), _("Students")]
    for card, rate in _cards_context(overview, form)["card_rows"]:
        wrong = _("too few") if rate.is_hidden and rate.tries else rate.percent_wrong
        yield [plain(card.front), card.deck.title, str(card.motive or ""), wrong, rate.tries, rate.students]


def _misconceptions_table(overview: Overview, form: ClassPageForm) -> Table:
    yield [_("Misconception"), _("In fact"), _("Students")]
    for misconception, students in _misconceptions(overview):
        yield [misconception.wrong, misconception.fact, students]


def _flags_table(overview: Overview, form: ClassPageForm) -> Table:
    yield [_("Card"), _("Reason"), _("Student"), _("Raised on")]
    for flag in _flags(overview):
        yield [plain(flag.card.front), flag.reason, flag.user.display_name, _day(flag.raised_at.date())]


def _day(day: date | None) -> str:
    """As every spreadsheet sorts it."""
    return day.isoformat() if day else ""


TABLES: dict[str, Callable[[Overview, ClassPageForm], Table]] = {
    "students": _students_table,
    "cards": _cards_table,
    "misconceptions": _misconceptions_table,
    "flags": _flags_table,
}
