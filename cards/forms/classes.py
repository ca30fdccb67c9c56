"""A class, its decks and its lessons, as a teacher writes them."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.days import DayField
from cards.forms.exam import FURTHEST
from cards.models import Assignment, Card, Deck
from cards.models.decks import DeckQuerySet
from cards.teaching import Lesson

VALUE = "lesson:"  # stands before each lesson’s name, for the cards that stand in none are a lesson too
EXAM_TOO_EARLY = _("The exam is on or after the first day.")
EXAM_TOO_LATE = _("The exam is within three years of the first day. Look at its year again.")


class ClassForm(forms.Form):
    """A new class, perhaps with its first deck."""

    name = forms.CharField(label=_("Name of the class"), max_length=80, help_text=_("Such as 10 History B."))
    deck = forms.ModelChoiceField(
        queryset=Deck.objects.none(),
        required=False,
        label=_("Its first deck"),
        empty_label=_("none yet"),
        to_field_name="slug",
        help_text=_("From today on. Exam day, lessons and more decks come later."),
    )
    exam_board = forms.ChoiceField(
        required=False, label=_("Exam practice"), help_text=_("Cards in the style of this board come with the others.")
    )

    def __init__(self, *args: Any, decks: DeckQuerySet, boards: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deck"].queryset = decks  # type: ignore[attr-defined]
        choices = [("", _("none")), *((board, board) for board in boards)]
        self.fields["exam_board"].choices = choices  # type: ignore[attr-defined]


class DatesForm(forms.ModelForm):
    """From when on a class has a deck, and its exam day."""

    starts_on = DayField(label=_("From"))
    exam_on = DayField(label=_("Exam day (if there is one)"), required=False)

    class Meta:
        model = Assignment
        fields = ["starts_on", "exam_on"]

    def clean(self) -> dict[str, Any]:
        super().clean()
        starts_on, exam_on = self.cleaned_data.get("starts_on"), self.cleaned_data.get("exam_on")
        if starts_on and exam_on and exam_on < starts_on:
            self.add_error("exam_on", EXAM_TOO_EARLY)
        elif starts_on and exam_on and exam_on > starts_on + FURTHEST:  # a slip of the pen would be planned for years
            self.add_error("exam_on", EXAM_TOO_LATE)
        return self.cleaned_data


class AssignForm(DatesForm):
    """A deck for a class."""

    deck = forms.ModelChoiceField(
        queryset=Deck.objects.none(),
        label=_("Deck"),
        empty_label=_("choose a deck"),
        help_text=_("A draft is not among them: publish it on its own page first."),
    )

    class Meta:
        model = Assignment
        fields = ["deck", "starts_on", "exam_on"]

    def __init__(self, *args: Any, decks: DeckQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deck"].queryset = decks  # type: ignore[attr-defined]


class LessonsForm(DatesForm):
    """The dates of a deck that a class has, and which of its lessons have been taught."""

    taught = forms.MultipleChoiceField(
        required=False,
        label=_("Lessons taught"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("A lesson is not in this deck any more. Look at the list again.")},
    )

    class Meta:
        model = Assignment
        fields = ["starts_on", "exam_on", "by_lesson"]
        labels = {"by_lesson": _("Lesson by lesson")}
        help_texts = {"by_lesson": _("New cards come only from lessons ticked below. Without it every card is open.")}

    def __init__(self, *args: Any, lessons: list[Lesson], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(VALUE + lesson.name, label_of(lesson)) for lesson in lessons]
        self.fields["taught"].choices = choices  # type: ignore[attr-defined]
        taught = self.instance.taught_lessons.values_list("section", flat=True)
        self.initial["taught"] = [VALUE + section for section in taught]

    @property
    def shown_values(self) -> list[str]:
        """Of the lessons that were ticked when she opened the page; one that is gone since then does not matter."""
        values = self.data.getlist("shown") if self.is_bound else self.initial["taught"]  # type: ignore[attr-defined]
        return [value for value, _label in self.fields["taught"].choices if value in values]  # type: ignore[attr-defined]

    @property
    def shown(self) -> set[str]:
        return {value.removeprefix(VALUE) for value in self.shown_values}

    @property
    def ticked(self) -> set[str]:
        return {value.removeprefix(VALUE) for value in self.cleaned_data["taught"]}

    @property
    def are_all_ticked(self) -> bool:
        return len(self.ticked) == len(self.fields["taught"].choices)  # type: ignore[attr-defined]


def label_of(lesson: Lesson) -> str:
    count = ngettext("%(count)d card", "%(count)d cards", lesson.card_count) % {"count": lesson.card_count}
    return f"{lesson.name or gettext('Cards in no lesson')} · {count}"


class MoveUpForm(forms.Form):
    name = forms.CharField(label=_("Name of the new class"), max_length=80)
    with_decks = forms.BooleanField(
        required=False, initial=True, label=_("Its decks go on, with the lessons it has had")
    )


def next_year(name: str) -> str:
    """10 History B is 11 History B in the next year."""
    return re.sub(r"\d+", lambda number: str(int(number[0]) + 1), name, count=1)[:80]


def boards() -> list[str]:
    """Those in whose style the school has cards."""
    return Card.objects.of_school().boards()
