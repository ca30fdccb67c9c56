"""One small form for each POST. A post that breaks them comes from a broken client, and is answered with 400."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from cards.kinds import SORTS
from cards.models import MAXIMUM_ELAPSED_MS, PRACTICE_SETS, Card

LARGEST_ID = 2**63 - 1
LARGEST_VERSION = 2**31 - 1
MOST_OPTIONS = 20
SET_CHOICES = [(name, name) for name in PRACTICE_SETS]
LONGEST_BREAK = timedelta(days=183)
MOST_POINTS = 12


class ElapsedField(forms.CharField):
    """Milliseconds since the card was shown, brought into range; what is missing or odd counts as unmeasured, 0."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def clean(self, value: object) -> int:
        text = str(value or "").strip()
        if not (text.isascii() and text.removeprefix("-").isdigit()):
            return 0
        if text.startswith("-"):
            return 0
        return MAXIMUM_ELAPSED_MS if len(text) > 6 else min(int(text), MAXIMUM_ELAPSED_MS)


class NumberField(forms.IntegerField):
    """A whole number in the digits 0 to 9; Python would read others too."""

    def to_python(self, value: object) -> int | None:
        if isinstance(value, str) and not value.isascii():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class AttemptForm(forms.Form):
    """Names one answer: the card and the attempt."""

    card = NumberField(min_value=1, max_value=LARGEST_ID)
    attempt = forms.UUIDField()
    deck = forms.SlugField(max_length=60, required=False)
    set = forms.ChoiceField(choices=SET_CHOICES, required=False)
    of = forms.SlugField(max_length=60, required=False)


class TicksField(forms.TypedMultipleChoiceField):
    """The places of the credit points that were ticked."""

    def __init__(self) -> None:
        places = [(place, place) for place in range(MOST_POINTS)]
        super().__init__(choices=places, coerce=int, required=False)


class AnswerForm(AttemptForm):
    version = NumberField(min_value=0, max_value=LARGEST_VERSION)
    quality = NumberField(validators=[MinValueValidator(0), MaxValueValidator(5)])
    elapsed_ms = ElapsedField()
    pick = NumberField(min_value=0, max_value=MOST_OPTIONS, required=False)
    ticks = TicksField()
    without_hint = forms.BooleanField(required=False)
    thought_so = forms.BooleanField(required=False)

    @property
    def detail(self) -> dict[str, Any]:
        """What was picked or ticked, to be kept with the answer."""
        data = self.cleaned_data
        if data["pick"] is not None:
            return {"pick": data["pick"]}
        if data["ticks"] or data["without_hint"]:
            return {"ticks": data["ticks"], "without_hint": data["without_hint"]}
        return {}


class AskForm(forms.Form):
    """What the address of a review page may ask for: a card, and the pick or ticks to show it with. Never an error."""

    card = NumberField(min_value=1, max_value=LARGEST_ID, required=False)
    pick = NumberField(min_value=0, max_value=MOST_OPTIONS, required=False)
    ticks = TicksField()
    without_hint = forms.BooleanField(required=False)
    weigh = forms.BooleanField(required=False)

    @property
    def asked(self) -> dict[str, Any]:
        """The fields that can be read; nonsense asks for nothing."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) for name in self.fields}


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


class PracticeForm(forms.Form):
    set = forms.ChoiceField(choices=SET_CHOICES)
    of = forms.SlugField(max_length=60, required=False)
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


class BoardForm(forms.Form):
    board = forms.ChoiceField()

    def __init__(self, *args: Any, boards: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["board"].choices = [(board, board) for board in boards]  # type: ignore[attr-defined]


class LinesField(forms.CharField):
    """A list of texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in str(super().to_python(value)).splitlines() if line.strip()]


class PointsField(forms.CharField):
    """Credit points, one a line, each with its sort before a colon."""

    widget = forms.Textarea(attrs={"rows": 6})

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(f"{point['sort']}: {point['text']}" for point in value)

    def to_python(self, value: Any) -> Any:
        return [self._point(line) for line in str(super().to_python(value)).splitlines() if line.strip()]

    def _point(self, line: str) -> dict[str, str]:
        sort, _colon, text = (part.strip() for part in line.partition(":"))
        if sort.lower() not in SORTS or not text:
            raise ValidationError(
                _("Begin each line with claim:, evidence: or link: (“%(line)s”)."), params={"line": line}
            )
        return {"sort": sort.lower(), "text": text}


class CardForm(forms.ModelForm):
    """A card as a teacher writes it: lists as lines."""

    options = LinesField(required=False, label=_("Options"), help_text=_("One a line."))
    points = PointsField(
        required=False, label=_("Credit points"), help_text=_("One a line: claim: …, evidence: …, link: …")
    )
    claims = LinesField(required=False, label=_("Claims"), help_text=_("Numbers of the claims and facts, one a line."))

    link = forms.URLField(required=False, label=_("Published question"), assume_scheme="https")

    class Meta:
        model = Card
        exclude: ClassVar[list[str]] = []
        widgets: ClassVar[dict[str, Any]] = {
            name: forms.Textarea(attrs={"rows": 3, "cols": 80})
            for name in ("front", "back", "why", "contested", "common_mistake", "source", "hint", "rewarded")
        }
