"""What can be asked of the page of a class: since which day, and which of its cards."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.days import monday_of
from cards.models import Card, Misconception, Motive


class ClassPageForm(forms.Form):
    """The address of the page; `today` is the teacher's study day, its Monday what is meant if no day is given."""

    since = forms.DateField(
        required=False,
        label=_("Practised since"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Choose a day such as 2026-11-23.")},
    )
    motive = forms.ModelChoiceField(Motive.objects.all(), to_field_name="code", required=False)
    actor = forms.ChoiceField(required=False, choices=Card.Actor)
    misconception = forms.ModelChoiceField(Misconception.objects.all(), to_field_name="code", required=False)
    every = forms.BooleanField(required=False)

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data)
        self.today = today
        self.fields["since"].widget.attrs |= {"max": f"{today:%Y-%m-%d}"}

    def clean_since(self) -> date:
        since = self.cleaned_data["since"] or monday_of(self.today)
        if since > self.today:
            raise ValidationError(_("Choose today or an earlier day."))
        return since

    @property
    def is_this_week(self) -> bool:
        return self.cleaned_data["since"] == monday_of(self.today)

    @property
    def narrowing(self) -> dict[str, Any]:
        """Which of the cards: for `cards.stats.narrowed`."""
        return {name: self.cleaned_data[name] for name in ("motive", "actor", "misconception")}

    @property
    def chosen(self) -> list[str]:
        """What the cards were narrowed to, in words."""
        asked = self.cleaned_data
        actor = Card.Actor(asked["actor"]).label if asked["actor"] else ""
        misconception = asked["misconception"].wrong if asked["misconception"] else ""
        return [str(words) for words in (actor, asked["motive"] or "", misconception) if words]
