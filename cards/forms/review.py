"""One small form for each POST of a review. A post that breaks them comes from a broken client: 400."""

from datetime import UTC
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator

from cards.kinds import MOST_OPTIONS, MOST_POINTS
from cards.models import MAXIMUM_ELAPSED_MS, PRACTICE_SETS

LARGEST_ID = 2**63 - 1
LARGEST_VERSION = 2**31 - 1
SET_CHOICES = [(name, name) for name in PRACTICE_SETS]


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
    pick = NumberField(min_value=0, max_value=MOST_OPTIONS - 1, required=False)
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


class InstantField(forms.DateTimeField):
    """A moment, in UTC."""

    def clean(self, value: Any) -> Any:
        moment = super().clean(value)
        try:
            return moment.astimezone(UTC)
        except OverflowError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class OfflineAnswerForm(AnswerForm):
    """An answer that waited on a device: whose it is and when it was given."""

    user = NumberField(min_value=1, max_value=LARGEST_ID)
    answered_at = InstantField()


class AskForm(forms.Form):
    """What the address of a review page may ask for: a card, and the pick or ticks to show it with. Never an error."""

    card = NumberField(min_value=1, max_value=LARGEST_ID, required=False)
    pick = NumberField(min_value=0, max_value=MOST_OPTIONS - 1, required=False)
    ticks = TicksField()
    without_hint = forms.BooleanField(required=False)
    weigh = forms.BooleanField(required=False)

    @property
    def asked(self) -> dict[str, Any]:
        """The fields that can be read; nonsense asks for nothing."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) for name in self.fields}


class PracticeForm(forms.Form):
    set = forms.ChoiceField(choices=SET_CHOICES)
    of = forms.SlugField(max_length=60, required=False)
