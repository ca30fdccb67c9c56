"""Cards and decks as a teacher writes them."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.forms.versioned import VersionedForm
from accounts.models import User
from cards.content import rules
from cards.desk import fingerprint, lock
from cards.kinds import SORTS
from cards.models import Card, Deck, Motive
from cards.revise import SHOWN_FIELDS, former_text

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
        required=False,
        choices=Change.choices,
        widget=forms.RadioSelect,
        label=_("What is this change?"),
        help_text=_("If you leave the texts as they are, you say it of their last change, such as one by an import."),
    )
    not_stored = ("opened", "change")
    saves = True  # a preview doesn’t, so it waits for nobody
    changes_text = False

    class Meta:
        model = Card
        exclude: ClassVar[list[str]] = []
        widgets: ClassVar[dict[str, Any]] = {
            name: forms.Textarea(attrs={"rows": 3, "cols": 80, "data-words": _limit_of(name)})
            for name in ("front", "back", "why", "contested", "common_mistake", "source", "hint", "rewarded")
        }

    def _locked(self) -> Any:
        """Before the card its deck, in which nobody else gives a code or a place meanwhile."""
        deck = self.cleaned_data.get("deck")
        if self.saves and deck and (not self.instance.pk or {"deck", "code"} & set(self.changed_data)):
            lock(deck)
        return super()._locked()

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        self.changes_text = bool(self.instance.pk) and any(map(self._is_new, SHOWN_FIELDS))
        if self.cleaned_data.get("status") == Card.Status.PUBLISHED and not self.cleaned_data.get("source"):
            self.add_error("source", _("A published card needs a source: a document, a book or an archive."))
        if self.is_learned and self.changes_text and not self.cleaned_data.get("change"):
            self.add_error(
                "change", _("Students have learned this card. Say whether a slip is mended or its meaning changed.")
            )
        if self.changes_meaning and not self.changes_text and former_text(self.instance) is None:
            self.add_error("change", _("Its text has never been changed, so there is nothing to say this of."))
        return data

    def _is_new(self, name: str) -> bool:
        """Of the card as it is stored: what others changed meanwhile is no change of hers."""
        cleaned = self.cleaned_data
        return name in self.changed_data and name in cleaned and cleaned[name] != getattr(self.instance, name)

    @property
    def is_learned(self) -> bool:
        """Whether it matters to a student what kind of change this is: who is only learning it meets it soon anyway."""
        return bool(self.instance.pk) and self.instance.states.learned().exists()

    @property
    def changes_meaning(self) -> bool:
        return bool(self.instance.pk) and self.cleaned_data.get("change") == Change.MEANING


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

    def clean_in_library(self) -> bool:
        """Any student may pick what is in the library: there must be something in it."""
        wanted = self.cleaned_data["in_library"]
        if wanted and not self.instance.in_library and not self._has_published_card():
            raise ValidationError(_("There is no published card in this deck yet. Publish some of its cards first."))
        return wanted

    def _has_published_card(self) -> bool:
        return bool(self.instance.pk) and self.instance.cards.filter(status=Card.Status.PUBLISHED).exists()


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
    """One card of a deck moves: up or down by a button, or from its place to another, the first being 1."""

    use_required_attribute = False
    opened = forms.CharField(max_length=64, widget=forms.HiddenInput)  # the fingerprint of the order that is shown
    up = forms.IntegerField(required=False)
    down = forms.IntegerField(required=False)
    place = forms.IntegerField(required=False, min_value=1, label=_("Move number"))
    to = forms.IntegerField(required=False, min_value=1, label=_("to place"))

    def __init__(self, data: Any = None, *, order: list[int]) -> None:
        super().__init__(data, initial={"opened": fingerprint(order)})
        self.order = order

    def clean(self) -> None:
        said = self.cleaned_data
        button = next((name for name in ("up", "down") if said.get(name)), "")
        if button and said[button] in self.order:
            place = self.order.index(said[button]) + 1
            said["place"], said["to"] = place, place + (1 if button == "down" else -1)
        if not said.get("place") or not 1 <= said["place"] <= len(self.order) or said.get("to") is None:
            raise ValidationError(_("Say which number of the list moves to which place."))
        said["to"] = min(max(said["to"], 1), len(self.order))

    @property
    def is_of_now(self) -> bool:
        """Whether nobody has changed the order since the page was opened."""
        return self["opened"].value() == fingerprint(self.order)

    @property
    def card(self) -> int:
        return self.order[self.cleaned_data["place"] - 1]
