"""A form that two may have open at the same time."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _


class VersionedForm(forms.ModelForm):
    """Overwrites nothing that somebody saved since the form was opened: it then shows both texts.

    `clashes` are (label, what is stored, what was written here) of the fields that differ.
    """

    opened = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)  # the version it was made of
    clashes: list[tuple[str, Any, Any]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["opened"] = self.instance.version

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        stored = self._locked()
        if stored and self.cleaned_data.get("opened") != stored.version:
            self.initial.update(forms.model_to_dict(stored, self._meta.fields, self._meta.exclude))
            self.clashes = self._clashes()
            # What is sent next is meant: it answers to what is stored now.
            self.data = cast(QueryDict, self.data).copy()
            self.data[self.add_prefix("opened")] = str(stored.version)
            raise ValidationError(
                _("Somebody else has saved this since you opened it. Nothing is overwritten: compare, and save again.")
            )
        return data

    def _locked(self) -> Any:
        """What is stored at this very instant: of two who save at once, the second waits here for the first."""
        rows = type(self.instance)._default_manager.select_for_update()
        return rows.get(pk=self.instance.pk) if self.instance.pk else None

    def _clashes(self) -> list[tuple[str, Any, Any]]:
        names = [name for name in self.changed_data if name in self.initial and name != "opened"]
        fields = [(name, self.fields[name]) for name in names]
        return [
            (str(field.label), field.prepare_value(self.initial[name]), self.data.get(self.add_prefix(name), ""))
            for name, field in fields
        ]

    def save(self, commit: bool = True) -> Any:
        self.instance.version += 1
        return super().save(commit)
