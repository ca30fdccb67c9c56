"""Cards and decks as a teacher writes them."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.forms.versioned import VersionedForm
from accounts.models import User
from cards.content import rules
from cards.desk import free_slug, moved
from cards.kinds import SORTS
from cards.models import Card, Deck, Motive
from cards.revise import SHOWN_FIELDS

WORDS_OF = {"common_mistake": "mistake"}  # where the rules have another word for a field


def _limit_of(name: str) -> int | str:
    """The most words that the rules allow in a field, shown beside it; nothing where they set no limit."""
    return rules.WORD_LIMITS.get(WORDS_OF.get(name, name), "")


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


class Change(TextChoices):
    """What a new text means to those who have learned the old one."""

    TYPO = "typo", _("A slip is mended: nobody notices, all dates stay.")
    MEANING = (
        "meaning",
        _("It means something else: those who learned it are asked again tomorrow, and shown what changed."),
    )


class CardForm(VersionedForm):
    """A card as a teacher writes it: lists as lines, and no need to think of a code."""

    code = forms.SlugField(
        required=False,
        max_length=60,
        label=_("Code"),
        help_text=_("A short name that never changes. Leave it empty for one that fits."),
    )
    position = forms.IntegerField(
        required=False, min_value=0, label=_("Position"), help_text=_("Leave it empty for the last place.")
    )
    options = LinesField(required=False, label=_("Options"), help_text=_("One a line."))
    points = PointsField(
        required=False, label=_("Credit points"), help_text=_("One a line: claim: …, evidence: …, link: …")
    )
    claims = LinesField(required=False, label=_("Claims"), help_text=_("Numbers of the claims and facts, one a line."))
    link = forms.URLField(required=False, label=_("Published question"), assume_scheme="https")
    change = forms.ChoiceField(
        required=False, choices=Change.choices, widget=forms.RadioSelect, label=_("What is this change?")
    )

    class Meta:
        model = Card
        exclude: ClassVar[list[str]] = []
        widgets: ClassVar[dict[str, Any]] = {
            name: forms.Textarea(attrs={"rows": 3, "cols": 80, "data-words": _limit_of(name)})
            for name in ("front", "back", "why", "contested", "common_mistake", "source", "hint", "rewarded")
        }

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if self.cleaned_data.get("status") == Card.Status.PUBLISHED and not self.cleaned_data.get("source"):
            self.add_error("source", _("A published card needs a source: a document, a book or an archive."))
        if self.is_learned and self.changes_text and not self.cleaned_data.get("change"):
            self.add_error(
                "change", _("Students have learned this card. Say whether a slip is mended or its meaning changed.")
            )
        return data

    @property
    def is_learned(self) -> bool:
        """Whether it matters to a student what kind of change this is: who is only learning it meets it soon anyway."""
        return bool(self.instance.pk) and self.instance.states.learned().exists()

    @property
    def changes_text(self) -> bool:
        return not set(SHOWN_FIELDS).isdisjoint(self.changed_data)

    @property
    def changes_meaning(self) -> bool:
        return self.changes_text and self.cleaned_data.get("change") == Change.MEANING


class NewCardForm(forms.ModelForm):
    """A card in a few words, below its deck; everything else can be added on its own page."""

    class Meta:
        model = Card
        fields: ClassVar[list[str]] = ["front", "back", "source"]
        widgets: ClassVar[dict[str, Any]] = {
            name: forms.Textarea(attrs={"rows": 2, "cols": 40}) for name in ("front", "back", "source")
        }


class DeckForm(VersionedForm):
    slug = forms.SlugField(
        required=False,
        max_length=60,
        label=_("Address"),
        help_text=_("The last part of the deck’s web address. Leave it empty for one that fits."),
    )

    position = forms.IntegerField(required=False, min_value=0, label=_("Position"))

    class Meta:
        model = Deck
        exclude: ClassVar[list[str]] = []
        widgets: ClassVar[dict[str, Any]] = {"description": forms.Textarea(attrs={"rows": 2, "cols": 80})}

    def clean_position(self) -> int:
        return self.cleaned_data["position"] or 0

    def clean_slug(self) -> str:
        return self.cleaned_data["slug"] or free_slug(self.cleaned_data.get("title", ""))


class DeckCopyForm(forms.ModelForm):
    class Meta:
        model = Deck
        fields: ClassVar[list[str]] = ["title"]


class MoveForm(forms.Form):
    """To which deck cards are moved: one that she may change."""

    deck = forms.ModelChoiceField(queryset=Deck.objects.none(), label=_("Deck"))

    def __init__(self, *args: Any, teacher: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deck"].queryset = Deck.objects.editable_by(teacher)  # type: ignore[attr-defined]


class MotiveForm(forms.Form):
    """Which motive cards are tagged with."""

    motive = forms.ModelChoiceField(queryset=Motive.objects.all(), label=_("Motive"))

    def __init__(self, *args: Any, teacher: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class OrderForm(forms.Form):
    """The cards of a deck in their order, and perhaps one that moves up or down."""

    order = forms.TypedMultipleChoiceField(coerce=int)
    up = forms.IntegerField(required=False)
    down = forms.IntegerField(required=False)

    def __init__(self, *args: Any, deck: Deck, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cards = deck.cards.exclude(status=Card.Status.ARCHIVED).values_list("pk", "code")
        self.fields["order"].choices = list(cards)  # type: ignore[attr-defined]

    @property
    def new_order(self) -> list[int]:
        order = self.cleaned_data["order"]
        for name, by in (("up", -1), ("down", 1)):
            if self.cleaned_data.get(name) in order:
                return moved(order, self.cleaned_data[name], by=by)
        return order
