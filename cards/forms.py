"""One small form for each POST. A post that breaks them comes from a broken client, and is answered with 400."""

from collections.abc import Iterable
from datetime import UTC
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from cards.kinds import SORTS
from cards.models import MAXIMUM_ELAPSED_MS, Card

LARGEST_ID = 2**63 - 1
LARGEST_VERSION = 2**31 - 1
MOST_OPTIONS = 20
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
    pick = NumberField(min_value=0, max_value=MOST_OPTIONS, required=False)
    ticks = TicksField()
    without_hint = forms.BooleanField(required=False)
    weigh = forms.BooleanField(required=False)

    @property
    def asked(self) -> dict[str, Any]:
        """The fields that can be read; nonsense asks for nothing."""
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
