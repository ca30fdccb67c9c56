"""What the review page says: the names and hints of the grade buttons, the receipt, days in words."""

from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from accounts.models import User
from cards.kinds import PASS, WRONG_PICK_QUALITY
from cards.models import Card, CardState, ReviewLog
from cards.planned import CardExam, exam_of
from cards.review import REPEAT_UNDER, Outcome, Result, apply_answer

FOUR_BUTTONS = (2, 3, 4, 5)
SIX_BUTTONS = (0, 1, 2, 3, 4, 5)
QUALITY_NAMES = {
    0: gettext_lazy("Blank"),
    1: gettext_lazy("Wrong"),
    2: gettext_lazy("Again"),
    3: gettext_lazy("Hard"),
    4: gettext_lazy("Good"),
    5: gettext_lazy("Easy"),
}
EASY = 5
WEEK = 7


@dataclass(frozen=True, slots=True)
class GradeButton:
    quality: int
    key: str
    name: str
    hint: str


def grade_buttons(user: User, state: CardState, *, today: date, practice: bool = False) -> list[GradeButton]:
    """The buttons she has chosen, each saying what it does; all are equal in look, nobody is nudged."""
    six = user.grade_buttons == User.GradeButtons.SIX
    exam = exam_of(user, state, today=today)

    def hint(quality: int) -> str:
        return _("practice") if practice else _hint(state, quality, today, exam)

    return [
        GradeButton(quality, str(quality if six else place), str(QUALITY_NAMES[quality]), hint(quality))
        for place, quality in enumerate(SIX_BUTTONS if six else FOUR_BUTTONS, start=1)
    ]


def continue_button(state: CardState, *, today: date, practice: bool = False) -> GradeButton:
    """The one button after a wrong pick."""
    hint = _("practice") if practice else _hint(state, WRONG_PICK_QUALITY, today, None)
    return GradeButton(WRONG_PICK_QUALITY, "1", _("Continue"), hint)


def _hint(state: CardState, quality: int, today: date, exam: CardExam | None) -> str:
    after = copy(state)
    kind = apply_answer(after, quality, today=today, exam=exam)
    if kind == ReviewLog.Kind.PRACTICE:
        return _("practice")
    if quality < REPEAT_UNDER - 1:
        return _("again today")
    if kind == ReviewLog.Kind.REPEAT:
        return _("again today") if quality < REPEAT_UNDER else _("done for today")
    pulled = exam and after.plan_on and after.plan_on == after.due_on
    days = count_days((after.due_on - today).days if pulled and after.due_on else after.interval)
    if quality < REPEAT_UNDER:
        return _("today, then %(days)s") % {"days": days}
    return _("%(days)s, longer after") % {"days": days} if quality == EASY else days


def count_days(days: int) -> str:
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


def plain_day(day: date, *, today: date) -> str:
    """“29 November”, with the year only when it is another."""
    return date_format(day, "MONTH_DAY_FORMAT" if day.year == today.year else "DATE_FORMAT")


def short_day(day: date, *, today: date) -> str:
    """“29 Nov”, for where there is little room."""
    is_near = day.year == today.year
    return date_format(day, pgettext("date format", "j M") if is_near else pgettext("date format", "j M Y"))


def day_in_words(day: date, *, today: date) -> str:
    """“today”, “tomorrow”, “on Thursday” within the week, “on 29 November”."""
    return _near(day, today) or _("on %(day)s") % {"day": _weekday_or_date(day, today)}


def by_day(day: date, *, today: date) -> str:
    """“today”, “tomorrow”, “Thursday” within the week, “29 November”: to stand after “by”."""
    return _near(day, today) or _weekday_or_date(day, today)


def _near(day: date, today: date) -> str:
    return {0: _("today"), 1: _("tomorrow")}.get((day - today).days, "")


def _weekday_or_date(day: date, today: date) -> str:
    return date_format(day, "l") if 1 < (day - today).days < WEEK else plain_day(day, today=today)


def receipt(log: ReviewLog, plan_on: date | None = None) -> str:
    """The last grade in one plain line: what it was, when the card comes back, and if an exam pulled it forward."""
    values = {"name": QUALITY_NAMES[log.quality], **_return_of(log)}
    if log.kind == ReviewLog.Kind.SCHEDULED and plan_on and plan_on < log.day + timedelta(days=log.interval_after):
        return _pulled_forward(log, values | {"plan": day_in_words(plan_on, today=log.day)})
    if log.kind == ReviewLog.Kind.PRACTICE:
        return _("%(name)s, as practice: nothing changed.") % values
    if log.kind == ReviewLog.Kind.REPEAT:
        again = log.quality < REPEAT_UNDER
        return (_("%(name)s: again today.") if again else _("%(name)s: done for today.")) % values
    if log.quality < REPEAT_UNDER:
        return _("%(name)s: again today, then %(day)s (%(days)s).") % values
    return _("%(name)s: back %(day)s (%(days)s).") % values


def _pulled_forward(log: ReviewLog, values: dict[str, object]) -> str:
    if log.quality < REPEAT_UNDER:
        return _("%(name)s: again today, then %(plan)s, before your exam (SM-2: %(day)s).") % values
    return _("%(name)s: back %(plan)s, before your exam (SM-2: %(day)s).") % values


def _return_of(log: ReviewLog) -> dict[str, str]:
    day = log.day + timedelta(days=log.interval_after)
    return {"day": day_in_words(day, today=log.day), "days": count_days(log.interval_after)}


def mistake(log: ReviewLog | None) -> str:
    """The card's common mistake, to be told after a fail; a choice card has told it with the wrong pick."""
    failed = log and log.quality < PASS and log.card.kind != Card.Kind.CHOICE
    return log.card.common_mistake if log and failed else ""


def conflict(result: Result) -> str:
    """Why an answer or an undo did not count, in one plain line."""
    if result.outcome == Outcome.UNDONE:
        return _("That answer was taken back. Here is where you are now.")
    if result.log is None:
        return _("This card has changed since you opened it. Here it is again.")
    name = QUALITY_NAMES[result.log.quality]
    return _("Already answered as %(name)s in another tab or on another device.") % {"name": name}


def undo_conflict() -> str:
    return _("Only your newest answer of today can be taken back.")


def late_conflict(result: Result, *, version: int) -> str:
    """Why an answer that waited on a device did not count; `version` is that of the state it answered."""
    if result.outcome == Outcome.UNDONE:
        return _("It was taken back meanwhile.")
    if result.log is None or (result.outcome == Outcome.STALE and result.log.version < version):
        return _("The card has changed meanwhile, so it will be asked again.")
    return _("Already answered elsewhere, as %(name)s.") % {"name": QUALITY_NAMES[result.log.quality]}


def untimely() -> str:
    return _("It came more than three days after you gave it, or its time can’t be right, so it was not counted.")


def not_hers() -> str:
    return _("This card is not in your decks any more. Reload the page to go on.")


def unreadable() -> str:
    return _("It can’t be read, so it was not counted.")
