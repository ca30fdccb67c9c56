"""What a plan for an exam promises, in one plain line. When it can’t be done, the line says what can."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cards.planned import ExamAhead
from cards.planning import ExamPlan

MOST_MINUTES_TO_NAME = 180


def promise(exam: ExamAhead | ExamPlan, *, minutes: int, minutes_a_day: int) -> str:
    """`minutes` is what a usual day takes, `minutes_a_day` what she wants to give."""
    if not exam.of:
        return _("There are no cards for it yet.")
    if exam.final_from is None:
        counts = {"meets": exam.meets, "of": exam.of}
        return _("No study day is left before it; %(meets)d of %(of)d cards are met.") % counts
    return _kept(exam, minutes) if exam.fits else _what_can_be(exam, minutes_a_day)


def _kept(exam: ExamAhead | ExamPlan, minutes: int) -> str:
    values = {"minutes": count_minutes(max(1, minutes)), "of": exam.of, "seen": _seen_again(exam)}
    if exam.new_until is None or not exam.new_per_day:
        return _("About %(minutes)s a day: all %(of)d cards are met, %(seen)s.") % values
    new = ngettext("%(count)d new card a day", "%(count)d new cards a day", exam.new_per_day)
    values |= {"new": new % {"count": exam.new_per_day}, "day": date_format(exam.new_until, "MONTH_DAY_FORMAT")}
    return _("%(new)s, about %(minutes)s: all %(of)d met by %(day)s, %(seen)s.") % values


def _seen_again(exam: ExamAhead | ExamPlan) -> str:
    said = ngettext(
        "every one seen again on the last day", "every one seen again in the last %(count)d days", exam.final_days
    )
    return said % {"count": exam.final_days}


def _what_can_be(exam: ExamAhead | ExamPlan, minutes_a_day: int) -> str:
    values = {"minutes": count_minutes(minutes_a_day), "meets": exam.meets, "of": exam.of}
    if exam.meets < exam.of:
        said = _("In %(minutes)s a day %(meets)d of %(of)d cards can be met, the core ones first.") % values
    else:
        values["again"] = exam.of - exam.unseen
        said = _("In %(minutes)s a day all %(of)d cards can be met, %(again)d of them again at the end.") % values
    if minutes_a_day < exam.minutes_needed <= MOST_MINUTES_TO_NAME:
        said += " " + _("For all of it %(minutes)s a day would do.") % {"minutes": count_minutes(exam.minutes_needed)}
    return said


def count_minutes(minutes: int) -> str:
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
