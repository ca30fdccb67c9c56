"""What a teacher reads of a plan before she saves an exam day."""

from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import SchoolClass
from cards.models import Deck
from cards.previews import Outlook, Preview, preview
from cards.views.promise import promise

MILLISECONDS = 1000


def preview_context(form: forms.ModelForm, school_class: SchoolClass, deck: Deck | None, today: date) -> dict[str, Any]:
    """Of a form that was sent to be looked at; with no exam day, or a form that is wrong, there is nothing to see."""
    if not form.is_valid() or deck is None or not form.cleaned_data["exam_on"]:
        return {"looked": True}
    days = {name: form.cleaned_data[name] for name in ("starts_on", "exam_on")}
    found = preview(school_class, deck, **days, today=today)
    outlooks = [(_typical(found.typical), _said(found.typical, found)), (_late(found.late), _said(found.late, found))]
    seconds = round(found.pace_ms / MILLISECONDS)
    return {"looked": True, "preview": found, "outlooks": outlooks, "seconds": seconds}


def _typical(outlook: Outlook) -> str:
    if outlook.met:
        said = ngettext(
            "A student in the middle of the class, who has met %(count)d card",
            "A student in the middle of the class, who has met %(count)d cards",
            outlook.met,
        )
        return said % {"count": outlook.met}
    return _("A typical student, from %(day)s on") % {"day": date_format(outlook.begins_on, "MONTH_DAY_FORMAT")}


def _late(outlook: Outlook) -> str:
    return _("One who begins two weeks later, on %(day)s") % {"day": date_format(outlook.begins_on, "MONTH_DAY_FORMAT")}


def _said(outlook: Outlook, found: Preview) -> str:
    if outlook.exam is None:
        return _("There is nothing to plan: no card, or no day before the exam.")
    return promise(outlook.exam, minutes=outlook.minutes, minutes_a_day=found.minutes_a_day)
