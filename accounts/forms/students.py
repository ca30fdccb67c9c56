"""What a teacher says about her class and its students."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.models import Membership, MembershipQuerySet, SchoolClass, SchoolClassQuerySet, User
from accounts.names import MOST_LINES, Verdict, names_in, verdicts

GONE = _("One of these students is not in the class any more. Look at the list again.")
MOST_DIGITS = 18
LONGEST_EXCUSE = timedelta(days=366)
TOO_MANY_LINES = _("These are %(count)d lines. Paste at most %(most)d at once.")
NO_ROOM = ngettext_lazy(
    "There is room for %(room)d more student in this class; tick no more than that.",
    "There is room for %(room)d more students in this class; tick no more than that.",
    "room",
)


class NamesForm(forms.Form):
    """A list of names, pasted."""

    names = forms.CharField(
        label=_("Names, one a line"),
        max_length=MOST_LINES * 200,
        help_text=_(
            "A first name and an initial are enough: Amina K. Of a table the first two columns with a name are read. "
            "You see them before anything is made."
        ),
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "autocomplete": "off"}),
    )

    def clean_names(self) -> list[str]:
        found = names_in(self.cleaned_data["names"])
        if len(found) > MOST_LINES:
            raise ValidationError(TOO_MANY_LINES % {"count": len(found), "most": MOST_LINES})
        if not found:
            raise ValidationError(_("There is no name in this list."))
        return found


class StudentRowForm(forms.Form):
    make = forms.BooleanField(required=False, label=_("Make an account"))
    name = forms.CharField(
        required=False,
        max_length=200,
        label=_("Name"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    verdict = Verdict.NEW


class StudentRows(forms.BaseFormSet):
    """The list as it was understood: each row is ticked or left out, and its name can be mended in place."""

    def __init__(self, *args: Any, there: set[str], room: int, **kwargs: Any) -> None:
        self.there, self.room = there, room
        super().__init__(*args, **kwargs)

    @classmethod
    def of(cls, names: list[str], *, there: set[str], room: int) -> "StudentRows":
        found = verdicts(names, there)
        rows = [{"name": name, "make": verdict == Verdict.NEW} for name, verdict in zip(names, found, strict=True)]
        formset = cls(initial=rows, there=there, room=room)
        for form, verdict in zip(formset.forms, found, strict=True):
            form.verdict = verdict
        return formset

    def clean(self) -> None:
        chosen = [form for form in self.forms if form.cleaned_data.get("make")]
        names = [form.cleaned_data.get("name", "") for form in chosen]
        for form, verdict in zip(chosen, verdicts(names, self.there), strict=True):
            if verdict != Verdict.NEW:
                form.add_error("name", verdict.label)
        if not chosen:
            raise ValidationError(_("Tick at least one name."))
        if len(chosen) > self.room:
            raise ValidationError(NO_ROOM % {"room": max(self.room, 0)})

    @property
    def names(self) -> list[str]:
        """Those to make accounts for; of a valid list."""
        return [form.cleaned_data["name"] for form in self.forms if form.cleaned_data["make"]]


StudentRowsFormSet: type[StudentRows] = forms.formset_factory(  # type: ignore[assignment]
    StudentRowForm, formset=StudentRows, extra=0, max_num=MOST_LINES, absolute_max=MOST_LINES, validate_max=True
)


class StudentsField(forms.ModelMultipleChoiceField):
    def clean(self, value: Any) -> Any:
        """SQLite cannot even be asked for a row of a number that is too large."""
        if any(len(str(number)) > MOST_DIGITS for number in value or ()):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().clean(value)

    def label_from_instance(self, membership: Membership) -> str:
        user = membership.user
        return f"{user.display_name} · {user.username}" if user.get_full_name() else user.username


class ChosenForm(forms.Form):
    """Some students of a class."""

    students = StudentsField(
        queryset=Membership.objects.none(),
        label=_("Students"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Tick at least one student."),
            "invalid_choice": GONE,
            "invalid_pk_value": GONE,
        },
    )

    def __init__(self, *args: Any, students: MembershipQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["students"].queryset = students  # type: ignore[attr-defined]

    @property
    def people(self) -> list[User]:
        return [membership.user for membership in self.cleaned_data["students"]]


class MoveForm(ChosenForm):
    to = forms.ModelChoiceField(queryset=SchoolClass.objects.none(), label=_("To the class"))

    def __init__(self, *args: Any, classes: SchoolClassQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = classes  # type: ignore[attr-defined]


class ExcuseForm(ChosenForm):
    until = forms.DateField(
        required=False,
        label=_("Until, and including"),
        help_text=_("Leave it empty to excuse them no longer."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Enter a date such as 2026-12-24.")},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_until(self) -> date | None:
        until = self.cleaned_data["until"]
        if until and not self.today <= until <= self.today + LONGEST_EXCUSE:
            raise ValidationError(_("Choose a day from today to a year from now."))
        return until
