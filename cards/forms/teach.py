"""A card as a teacher writes it."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cards.kinds import SORTS
from cards.models import Card


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
