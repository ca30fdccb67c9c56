"""Days as a teacher enters them: one day, and the holidays of a class."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from accounts.free_days import FreeDays

WRONG_DATE = {"invalid": _("Enter a date such as 2026-12-24.")}
IN_OUR_TIME = [
    MinValueValidator(date(2000, 1, 1), _("Choose a year from 2000 on.")),
    MaxValueValidator(date(2099, 12, 31), _("Choose a year before 2100.")),
]
MOST_HOLIDAYS = 60
LONGEST_HOLIDAY = timedelta(days=366)


class DayField(forms.DateField):
    """A day, by the browser’s own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        calendar = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=calendar, validators=IN_OUR_TIME, error_messages=WRONG_DATE, **kwargs)


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
