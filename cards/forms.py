"""One small form for each POST. A post that breaks them comes from a broken client, and is answered with 400."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from cards.models import MAXIMUM_ELAPSED_MS

LARGEST_ID = 2**63 - 1
LARGEST_VERSION = 2**31 - 1


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


class AttemptForm(forms.Form):
    """Names one answer: the card and the attempt."""

    card = forms.IntegerField(min_value=1, max_value=LARGEST_ID)
    attempt = forms.UUIDField()
    deck = forms.SlugField(max_length=60, required=False)


class AnswerForm(AttemptForm):
    version = forms.IntegerField(min_value=0, max_value=LARGEST_VERSION)
    quality = forms.IntegerField(validators=[MinValueValidator(0), MaxValueValidator(5)])
    elapsed_ms = ElapsedField()
