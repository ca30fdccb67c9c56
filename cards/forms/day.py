"""What a student decides about a card and about her days."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cards.forms.review import LARGEST_VERSION, NumberField

LONGEST_BREAK = timedelta(days=183)


class HideForm(forms.Form):
    """Suspend, bury or bring back a card, and where to go then."""

    action = forms.ChoiceField(choices=[(word, word) for word in ("suspend", "bury", "bring_back")])
    version = NumberField(min_value=0, max_value=LARGEST_VERSION)
    back = forms.ChoiceField(choices=[(word, word) for word in ("card", "review", "deck")], required=False)

    def change(self, today: date) -> dict[str, bool | date | None]:
        """The fields of the card's state that the action sets."""
        if self.cleaned_data["action"] == "bury":
            return {"buried_on": today}
        return {"suspended": self.cleaned_data["action"] == "suspend", "buried_on": None}


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Your note"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class FlagForm(forms.Form):
    reason = forms.CharField(label=_("What seems wrong?"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class BreakForm(forms.Form):
    """Days away: from today on, at most half a year."""

    break_from = forms.DateField(label=_("First day away"), widget=forms.DateInput(attrs={"type": "date"}))
    break_until = forms.DateField(label=_("Last day away"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("break_from"), data.get("break_until")
        if first and last and not self.today <= first <= last:
            raise ValidationError(_("The first day must be today or later, and the last day not before it."))
        if last and last > self.today + LONGEST_BREAK:
            raise ValidationError(_("A break ends within half a year."))
        return data


class BoardForm(forms.Form):
    board = forms.ChoiceField()

    def __init__(self, *args: Any, boards: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["board"].choices = [(board, board) for board in boards]  # type: ignore[attr-defined]
