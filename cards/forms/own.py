"""A card as a student writes it for herself."""

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from cards.kinds import BLANK, has_one_blank, split_cloze
from cards.models import Card

MOST_OWN_CHARACTERS = 1000


MARKS_HELP = _(
    "Marks: **bold**, *italics*, a hyphen and a space before each item of a list, [words](https://…) for a link."
)


class OwnTextField(forms.CharField):
    """What a student writes on a card: at most a thousand characters, its line ends as the database keeps them."""

    def __init__(self, *, too_long: Any, **kwargs: Any) -> None:
        longest = MaxLengthValidator(MOST_OWN_CHARACTERS, message=too_long)
        super().__init__(validators=[longest], widget=forms.Textarea(attrs={"rows": 4}), **kwargs)

    def to_python(self, value: object) -> str:
        return str(super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")


class OwnCardForm(forms.Form):
    """A card as a student writes it. A sentence with a blank has no back: what is in the braces is the answer."""

    use_required_attribute = False
    marks_help = MARKS_HELP

    attempt = forms.UUIDField(
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid": _("This form can’t be read, and nothing was saved. Reload the page and try again.")},
    )
    kind = forms.ChoiceField(
        label=_("Kind of card"),
        choices=[(kind.value, kind.label) for kind in (Card.Kind.BASIC, Card.Kind.CLOZE)],
        initial=Card.Kind.BASIC,
        widget=forms.RadioSelect,
        error_messages={name: _("Choose one of the two kinds of card.") for name in ("required", "invalid_choice")},
    )
    front = OwnTextField(
        label=_("Front"),
        help_text=_(
            "The question. Or a sentence with two braces round one blank, as in: Stalin needed {{time}} to rearm."
        ),
        error_messages={"required": _("Write the front: what the card asks.")},
        too_long=_("The front has %(show_value)d characters; there is room for %(limit_value)d."),
    )
    back = OwnTextField(
        label=_("Back"),
        required=False,
        help_text=_("The answer. Leave it empty for a sentence with a blank."),
        too_long=_("The back has %(show_value)d characters; there is room for %(limit_value)d."),
    )

    def clean(self) -> None:
        front, back = (self.cleaned_data.get(name, "") for name in ("front", "back"))
        if self.cleaned_data.get("kind") == Card.Kind.CLOZE:
            self._clean_cloze(front, back)
        elif self.cleaned_data.get("kind") == Card.Kind.BASIC:
            self._clean_basic(front, back)

    def _clean_basic(self, front: str, back: str) -> None:
        if BLANK.search(front):
            self.add_error(
                "front", _("The front has a {{blank}}: choose “sentence with a blank”, or take out the braces.")
            )
        if not back and "back" not in self.errors:
            self.add_error("back", _("Write the back: the answer."))

    def _clean_cloze(self, front: str, back: str) -> None:
        if not front:
            return
        if not has_one_blank(front) or not split_cloze(front).answer.strip():
            self.add_error("front", _("Write exactly one blank, as in: Stalin needed {{time}} to rearm."))
            return
        answer = split_cloze(front).answer
        if back.casefold() not in ("", answer.casefold()):
            self.add_error("back", _("What is in the braces is the answer, so leave the back empty."))
        else:
            self.cleaned_data["back"] = answer

    @property
    def texts(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("kind", "front", "back")}
