"""What two teachers may have open at once: nothing that one has saved is overwritten by the other."""

from contextlib import suppress
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _


class VersionedForm(forms.ModelForm):
    """Overwrites nothing that somebody saved since the form was opened.

    Each field is sent with what it said when it was opened. Those that she has not touched stay as they are stored;
    where both have changed the same one she is shown both texts: `clashes` are (label, what is stored, what she wrote).
    """

    opened = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)  # the version it was made of
    clashes: list[tuple[str, Any, Any]] = []
    not_stored: tuple[str, ...] = ("opened",)
    is_merged = False  # whether somebody else's changes were kept beside hers

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["opened"] = self.instance.version
        for name in self._stored_names:
            self.fields[name].show_hidden_initial = True

    @property
    def _stored_names(self) -> list[str]:
        return [name for name in self.fields if name not in self.not_stored]

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        stored = self._locked()
        if stored is None:
            return data
        if self.cleaned_data.get("opened") != stored.version:
            self._merge(stored)
        if self.clashes:
            raise ValidationError(
                _("Somebody else has saved this since you opened it. Nothing is overwritten: compare, and save again.")
            )
        for field in stored._meta.concrete_fields:  # what the form has no field for, too, as it is at this instant
            setattr(self.instance, field.attname, getattr(stored, field.attname))
        return data

    def _locked(self) -> Any:
        """What is stored at this very instant: of two who save at once, the second waits here for the first."""
        rows = type(self.instance)._default_manager.select_for_update()
        return rows.get(pk=self.instance.pk) if self.instance.pk else None

    def _merge(self, stored: Any) -> None:
        """Take over what is stored where she has changed nothing. What is sent next answers to what is stored now."""
        hers = set(self.changed_data)
        self.data = cast(QueryDict, self.data).copy()
        self.data[self.add_prefix("opened")] = str(stored.version)
        values = forms.model_to_dict(stored, self._meta.fields, self._meta.exclude)
        for name in self._stored_names:
            if name in values:
                self._merge_field(name, values[name], is_hers=name in hers)

    def _merge_field(self, name: str, value: Any, *, is_hers: bool) -> None:
        field, bound, texts = self.fields[name], self[name], cast(QueryDict, self.data)
        opened, stored = texts.get(bound.html_initial_name), _as_sent(field, value)
        is_anothers = _differ(field, opened, stored)
        texts[bound.html_initial_name] = stored
        if not is_hers:
            self.is_merged |= is_anothers
            texts[bound.html_name] = stored
            with suppress(ValidationError):
                self.cleaned_data[name] = field.clean(stored)
        elif is_anothers and _differ(field, texts.get(bound.html_name), stored):
            text = texts.get(bound.html_name, "")
            self.clashes = [*self.clashes, (str(field.label), field.prepare_value(value), text)]

    def save(self, commit: bool = True) -> Any:
        self.instance.version += 1
        return super().save(commit)


def _as_sent(field: forms.Field, value: Any) -> str:
    """A stored value as a browser would send it."""
    value = field.prepare_value(value)
    return "" if value is None else str(value)


def _differ(field: forms.Field, one: str | None, other: str) -> bool:
    """Whether two texts of a field mean different things; how a browser ends a line doesn't count."""
    one, other = (str("" if text is None else text).replace("\r\n", "\n") for text in (one, other))
    try:
        return field.has_changed(field.to_python(one), other)
    except ValidationError:
        return one != other
