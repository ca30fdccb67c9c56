"""The free days of a class, as a teacher enters them: once for all its decks."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.free_days import FreeDays
from accounts.models import SchoolClass
from cards.forms.classes import DayField

MOST_HOLIDAYS = 60
LONGEST_HOLIDAY = timedelta(days=366)


class WeekendsForm(forms.ModelForm):
    class Meta:
        model = SchoolClass
        fields = ["free_weekends"]
        labels = {"free_weekends": _("Weekends are free")}


class HolidayForm(forms.ModelForm):
    """Without a last day it is one day long."""

    first_day = DayField(label=_("First day"))
    last_day = DayField(label=_("Last day"), required=False)

    class Meta:
        model = FreeDays
        fields = ["name", "first_day", "last_day"]
        labels = {"name": _("What it is")}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first = data.get("first_day")
        last = data["last_day"] = data.get("last_day") or first
        if first and last and last < first:
            self.add_error("last_day", _("The last day is not before the first."))
        elif first and last and last - first > LONGEST_HOLIDAY:
            self.add_error("last_day", _("At most a year at a time."))
        return data


HolidayFormSet = forms.inlineformset_factory(
    SchoolClass,
    FreeDays,
    form=HolidayForm,
    extra=2,
    max_num=MOST_HOLIDAYS,
    absolute_max=MOST_HOLIDAYS + 2,
    validate_max=True,
)
