"""What a plan for an exam promises, in a plain line. When it can’t be done, the line says what can."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from cards.planned import ExamAhead
from cards.planning.work import LOOKS
from cards.views.wording import by_day, day_in_words

MOST_MINUTES_TO_NAME = 180


def promise(exam: ExamAhead, *, minutes_a_day: int, today: date, begins_on: date | None = None) -> str:
    """`minutes_a_day` is what she wants to give; the plan begins today if nothing else is said."""
    if not exam.of:
        return _none_taught(exam.closed) if exam.closed else _("There are no cards to learn for it yet.")
    if exam.final_from is None:
        said = [_all_free(exam)]
    elif exam.fits or _lacks_days_alone(exam):
        said = [_kept(exam, today, begins_on or today), _few_looks(exam)]
    else:
        said = [_what_can_be(exam, minutes_a_day), _few_looks(exam), _needed(exam, minutes_a_day)]
    return " ".join(filter(None, [*said, _come_with_lessons(exam.closed)]))


def others_beside(user: User, a_day: int | None) -> str:
    """What the last exam leaves of her own daily number for decks without one; nothing is said if that is all."""
    if a_day is None:
        return ""
    values = {"count": a_day, "number": user.new_per_day, "minutes": count_minutes(user.minutes_per_day)}
    if a_day:
        said = _("Until the exam about %(count)d of your %(number)d other new cards a day fit into your %(minutes)s.")
    else:
        said = _("Until the exam hardly any other new cards fit into your %(minutes)s a day.")
    return said % values


def _lacks_days_alone(exam: ExamAhead) -> bool:
    """Not minutes: all cards are met, and what is not seen again is new on the last day."""
    new_on_the_last = max(exam.new_today, exam.new_per_day) if exam.looks == 1 else 0
    return exam.looks < LOOKS and exam.meets == exam.of and exam.unseen <= new_on_the_last


def _all_free(exam: ExamAhead) -> str:
    said = _("Every day until then is free. Cards met so far: %(meets)d of %(of)d.")
    return said % {"meets": exam.meets, "of": exam.of}


def _kept(exam: ExamAhead, today: date, begins_on: date) -> str:
    """With too few days for three looks, it says on how many each new card is seen instead of “again”."""
    few = exam.looks < LOOKS
    values = {"new": _new(exam, today, begins_on), "minutes": _minutes(exam, today), "met": _met(exam, today)}
    values["seen"] = _seen_again(exam)
    if exam.new_until:
        said = _("%(new)s, about %(minutes)s: %(met)s.") if few else _("%(new)s, about %(minutes)s: %(met)s, %(seen)s.")
    else:
        said = _("About %(minutes)s: %(met)s.") if few else _("About %(minutes)s: %(met)s, %(seen)s.")
    return said % values


def _new(exam: ExamAhead, today: date, begins_on: date) -> str:
    """How many new cards a day; from when on, if not from the first day; and how many today, if not as many."""
    if not (exam.new_from and exam.new_until):
        return ""
    values = {"count": exam.new_per_day, "day": day_in_words(exam.new_from, today=today), "today": exam.new_today}
    if exam.new_from == exam.new_until:
        said = ngettext("%(count)d new card %(day)s", "%(count)d new cards %(day)s", exam.new_per_day)
    elif exam.new_from > begins_on:
        values["day"] = by_day(exam.new_from, today=today)
        said = ngettext(
            "From %(day)s on %(count)d new card a day", "From %(day)s on %(count)d new cards a day", exam.new_per_day
        )
    else:
        said = ngettext("%(count)d new card a day", "%(count)d new cards a day", exam.new_per_day)
        if exam.is_of_today and exam.new_today != exam.new_per_day:
            said += " " + (_("(today %(today)d)") if exam.new_today else _("(none today)"))
    return said % values


def _minutes(exam: ExamAhead, today: date) -> str:
    said = count_minutes(max(1, exam.minutes))
    if exam.final_from and 1 in (exam.final_days, exam.looks):  # no other day is left
        return said if exam.new_until else f"{said} {day_in_words(exam.final_from, today=today)}"
    if exam.new_until and exam.new_from != exam.new_until:
        return said  # of a line that says “a day” already
    return _("%(minutes)s a day") % {"minutes": said}


def _met(exam: ExamAhead, today: date) -> str:
    if exam.new_until is None:
        said = ngettext("its %(of)d card is met", "all %(of)d cards are met", exam.of)
    elif exam.new_from == exam.new_until:
        said = ngettext("then its %(of)d card is met", "then all %(of)d are met", exam.of)
    else:
        said = ngettext("its %(of)d card met by %(day)s", "all %(of)d met by %(day)s", exam.of)
    return said % {"of": exam.of, "day": by_day(exam.new_until, today=today) if exam.new_until else ""}


def _seen_again(exam: ExamAhead) -> str:
    if exam.of == 1:
        said = ngettext("seen again on the last day", "seen again in the last %(count)d days", exam.final_days)
    else:
        said = ngettext(
            "every one seen again on the last day", "every one seen again in the last %(count)d days", exam.final_days
        )
    return said % {"count": exam.final_days}


def _few_looks(exam: ExamAhead) -> str:
    """Said of new cards alone; where there is time for none, there is nothing to say of them."""
    if exam.looks >= LOOKS or (exam.meets < exam.of and not exam.new_until):
        return ""
    if exam.looks == 1:
        return _("There is time to see the new cards on one day only.")
    return _("There is time to see the new cards on two days only.")


def _what_can_be(exam: ExamAhead, minutes_a_day: int) -> str:
    values: dict[str, object] = {"minutes": count_minutes(minutes_a_day), "again": exam.of - exam.unseen}
    values |= {"meets": exam.meets, "of": exam.of}
    if exam.meets < exam.of:
        said = _what_can_be_met(exam)
    else:
        said = _what_can_be_seen_again(exam) if exam.new_until else _what_is_seen_again(exam)
    return said % values


def _what_can_be_seen_again(exam: ExamAhead) -> str:
    if not exam.unseen:
        return ngettext(
            "Its card can be met, but in %(minutes)s a day some of its reviews come late.",
            "All %(of)d cards can be met, but in %(minutes)s a day some of their reviews come late.",
            exam.of,
        )
    if exam.unseen < exam.of:
        return _("In %(minutes)s a day all %(of)d cards can be met, %(again)d of them again at the end.")
    return ngettext(
        "In %(minutes)s a day its card can be met, but not seen again at the end.",
        "In %(minutes)s a day all %(of)d cards can be met, but not seen again at the end.",
        exam.of,
    )


def _what_is_seen_again(exam: ExamAhead) -> str:
    """Of cards that are met, every one."""
    if not exam.unseen:
        return ngettext(
            "Its card is met, but in %(minutes)s a day some of its reviews come late.",
            "All %(of)d cards are met, but in %(minutes)s a day some of their reviews come late.",
            exam.of,
        )
    if exam.unseen < exam.of:
        return _("All %(of)d cards are met, and in %(minutes)s a day %(again)d of them are seen again at the end.")
    return ngettext(
        "Its card is met, but in %(minutes)s a day there is no time to see it again at the end.",
        "All %(of)d cards are met, but in %(minutes)s a day there is no time to see them again at the end.",
        exam.of,
    )


def _what_can_be_met(exam: ExamAhead) -> str:
    if exam.new_until:
        return _("In %(minutes)s a day %(meets)d of %(of)d cards can be met, the core ones first.")
    if exam.meets:
        return _("In %(minutes)s a day there is no time for more than the %(meets)d of %(of)d cards met so far.")
    return ngettext(
        "In %(minutes)s a day there is no time to meet its card.",
        "In %(minutes)s a day there is no time to meet any of the %(of)d cards.",
        exam.of,
    )


def _needed(exam: ExamAhead, minutes_a_day: int) -> str:
    if not minutes_a_day < exam.minutes_needed <= MOST_MINUTES_TO_NAME:
        return ""
    return _("For all of it %(minutes)s a day would do.") % {"minutes": count_minutes(exam.minutes_needed)}


def _come_with_lessons(count: int) -> str:
    said = ngettext(
        "%(count)d more card comes with a lesson your class has not had yet.",
        "%(count)d more cards come with lessons your class has not had yet.",
        count,
    )
    return said % {"count": count} if count else ""


def _none_taught(count: int) -> str:
    said = ngettext(
        "No lesson of it has been taught yet; its card comes with its lesson.",
        "No lesson of it has been taught yet; its %(count)d cards come with their lessons.",
        count,
    )
    return said % {"count": count}


def count_minutes(minutes: int) -> str:
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
