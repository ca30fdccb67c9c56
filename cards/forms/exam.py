"""An exam day as a student sets it for herself."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms.days import DayField

FURTHEST = timedelta(days=3 * 366)


class ExamForm(forms.Form):
    exam_on = DayField(label=_("My exam day"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["exam_on"].widget.attrs |= {"min": f"{today + timedelta(days=1):%Y-%m-%d}"}

    def clean_exam_on(self) -> date:
        day: date = self.cleaned_data["exam_on"]
        if not self.today < day <= self.today + FURTHEST:
            raise ValidationError(_("Choose a day after today and within three years."))
        return day
