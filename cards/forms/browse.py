"""What to look for among her cards."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from cards.forms.review import LARGEST_ID, NumberField


class KnownChoiceField(forms.ChoiceField):
    """One of the choices or none; what is unknown, perhaps from an old address, asks for nothing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def clean(self, value: Any) -> str:
        return str(value) if value and self.valid_value(value) else ""


class CardSearchForm(forms.Form):
    """What to look for among her cards; the address of the page carries it."""

    words = forms.CharField(required=False, max_length=100, label=_("Words in question, answer or reason"))
    deck = KnownChoiceField(label=_("Deck"))
    motive = KnownChoiceField(label=_("Motive"))
    actor = KnownChoiceField(label=_("Actor"))
    state = KnownChoiceField(label=_("State"))
    due = forms.BooleanField(required=False, label=_("due today"))
    flagged = forms.BooleanField(required=False, label=_("flagged by you"))
    leech = forms.BooleanField(required=False, label=_("often forgotten"))
    suspended = forms.BooleanField(required=False, label=_("suspended"))

    def __init__(self, *args: Any, choices: Mapping[str, Iterable[tuple[str, Any]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, pairs in choices.items():
            self.fields[name].choices = [("", _("all")), *pairs]  # type: ignore[attr-defined]

    @property
    def query(self) -> str:
        """What narrows the search, as an address carries it."""
        chosen = ((name, value) for name, value in self.cleaned_data.items() if value)
        return urlencode([(name, "on" if value is True else value) for name, value in chosen])

    @property
    def chosen(self) -> list[str]:
        """What narrows the search, in words."""
        return [self._in_words(name, value) for name, value in self.cleaned_data.items() if value]

    def _in_words(self, name: str, value: str | bool) -> str:
        if name == "words":
            return f"“{value}”"
        field = self.fields[name]
        names = dict(getattr(field, "choices", []))
        return str(names[value] if names else field.label)


class PlaceForm(forms.Form):
    """The card after or before which a page begins or ends. Never an error."""

    after = NumberField(min_value=1, max_value=LARGEST_ID, required=False)
    before = NumberField(min_value=1, max_value=LARGEST_ID, required=False)

    @property
    def place(self) -> dict[str, int | None]:
        self.is_valid()
        return {name: self.cleaned_data.get(name) for name in self.fields}
