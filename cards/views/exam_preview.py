"""What a teacher reads of a plan before she saves an exam day."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import SchoolClass
from cards.forms.classes import LessonsForm
from cards.models import Deck
from cards.previews import Outlook, Preview, preview
from cards.views.promise import promise
from cards.views.wording import plain_day

MILLISECONDS = 1000


def preview_context(form: forms.ModelForm, school_class: SchoolClass, deck: Deck | None, today: date) -> dict[str, Any]:
    """Of a form that was sent to be looked at; with no exam day, or a form that is wrong, there is nothing to see."""
    if not form.is_valid() or deck is None or not form.cleaned_data["exam_on"]:
        return {"looked": True}
    days = {name: form.cleaned_data[name] for name in ("starts_on", "exam_on")}
    found = preview(school_class, deck, **days, today=today)
    context = {"looked": True, "preview": found, "lessons_to_come": found.has_lessons or _has_lessons_to_come(form)}
    if nothing := _nothing_to_plan(found, today):
        return context | {"nothing": nothing}
    outlooks = [
        (_typical(found.typical, today), _said(found.typical, found, today)),
        (_late(found.late, today), _said(found.late, found, today)),
    ]
    return context | {"outlooks": outlooks, "seconds": round(found.pace_ms / MILLISECONDS)}


def _has_lessons_to_come(form: forms.ModelForm) -> bool:
    return isinstance(form, LessonsForm) and form.cleaned_data["by_lesson"] and not form.are_all_ticked


def _nothing_to_plan(found: Preview, today: date) -> str:
    """What holds for every student of the class."""
    if not found.cards:
        return _("The deck has no cards yet, so there is nothing to plan.")
    if found.exam_on < today:
        return _("That day is over, so there is nothing to plan.")
    if found.exam_on == today:
        return _("The exam is today, so there is nothing to plan.")
    if found.typical.exam is None:
        return _("The exam is on the first day of the deck, so no day is left to learn for it.")
    return ""


def _typical(outlook: Outlook, today: date) -> str:
    if outlook.met:
        said = ngettext(
            "A student in the middle of the class, who has met %(count)d card",
            "A student in the middle of the class, who has met %(count)d cards",
            outlook.met,
        )
        return said % {"count": outlook.met}
    return _("A typical student, from %(day)s on") % {"day": plain_day(outlook.first_day, today=today)}


def _late(outlook: Outlook, today: date) -> str:
    return _("One who begins two weeks later, on %(day)s") % {"day": plain_day(outlook.first_day, today=today)}


def _said(outlook: Outlook, found: Preview, today: date) -> str:
    if outlook.exam:
        return promise(outlook.exam, minutes_a_day=found.minutes_a_day, today=today, begins_on=outlook.begins_on)
    if found.exam_on == outlook.begins_on:
        return _("The exam is on that very day.")
    return _("The exam is over by then.")
