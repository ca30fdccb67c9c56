"""The admin for more than one teacher: each sees and changes what is hers.

A model says what that is in its queryset: `visible_to(user)` and `editable_by(user)`. A test walks every
registered admin as a foreign teacher, so a new one fails until it is scoped.
"""

from functools import cached_property
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import ForeignKey, Model, Q, QuerySet
from django.forms import BaseInlineFormSet, ModelChoiceField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from accounts.models import TEACHERS, User

MOST_DIGITS = 18


def may_be_a_row(number: str) -> bool:
    """Whether the databases can be asked for a row of this number."""
    return number.isdecimal() and len(number) <= MOST_DIGITS


def teachers() -> QuerySet[User]:
    """Everybody who may look after a deck or a class."""
    may = Q(groups__name=TEACHERS) | Q(is_superuser=True)
    return User.objects.filter(may, is_active=True, is_staff=True).distinct()


def choices_for(model: type[Model], user: Any) -> QuerySet[Any]:
    """What `user` may choose where a form asks for one: what she may change, any teacher, or all of a shared list."""
    if model is User:
        return teachers()
    rows = model._default_manager.all()
    rows = rows.editable_by(user) if hasattr(rows, "editable_by") else rows
    return rows.living() if hasattr(rows, "living") else rows


class ScopedChoices(admin.options.BaseModelAdmin):
    """A choice of a deck or a class offers, and accepts, only what she may change."""

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField | None:
        kwargs.setdefault("queryset", choices_for(db_field.remote_field.model, request.user))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class ScopedFormSet(BaseInlineFormSet):
    """Rows that ask for their choices once, all together; what is stored in a row stays a choice of that row.

    Each stored row is sent with what it said when it was opened: only those that she has touched are saved.
    """

    user: User  # who is looking

    @cached_property
    def names(self) -> list[str]:
        return [name for name in self.form.base_fields if name != self.fk.name]

    @cached_property
    def choices(self) -> dict[str, list[Any]]:
        fields = ((name, self.form.base_fields[name]) for name in self.names)
        choices = {name: field.queryset for name, field in fields if isinstance(field, ModelChoiceField)}
        return {name: list(rows.all()) for name, rows in choices.items() if rows is not None}

    def initial_form_count(self) -> int:
        """As the page says, but no number below none: Django would take the last row for a new one."""
        return max(0, super().initial_form_count())

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        is_stored = form.instance.pk is not None
        for name in self.names:
            form.fields[name].show_hidden_initial = is_stored
        for name, rows in self.choices.items():
            stored = getattr(form.instance, name) if is_stored else None
            _offer(form.fields[name], rows if stored is None or stored in rows else [*rows, stored])


def _offer(field: Any, rows: list[Any]) -> None:
    field.queryset = field.queryset.model._default_manager.filter(pk__in=[row.pk for row in rows])
    none_yet = [] if field.empty_label is None else [("", field.empty_label)]
    field.choices = [*none_yet, *((row.pk, field.label_from_instance(row)) for row in rows)]


class TeacherFormSet(ScopedFormSet):
    """Who looks after a deck or a class; never nobody who can change it."""

    def clean(self) -> None:
        super().clean()
        teachers = dict(map(_will_be, (form for form in self.forms if form.is_valid())))
        editors = {pk for pk, can_edit in teachers.items() if can_edit}
        if self.instance.pk is None and self.user.pk not in teachers:
            editors.add(self.user.pk)  # who makes it looks after it
        active = {person.pk for person in self.choices["user"]}
        if not editors & active and (self.instance.pk is None or self._stored & active):
            raise ValidationError(
                _("Nobody could change this any more. Leave at least one active teacher with “can edit”.")
            )

    @property
    def _stored(self) -> set[int]:
        """Who could change it until now; nobody, where a superuser alone looks after it."""
        return {form.initial["user"] for form in self.initial_forms if form.initial.get("can_edit")}


def _will_be(form: Any) -> tuple[int | None, bool]:
    """Whom a row is about, and whether she may edit; who goes may not, and a row left alone is as it is stored."""
    sent = form.cleaned_data
    if form.instance.pk and not form.has_changed():
        return form.initial["user"], form.initial["can_edit"]
    person = None if sent.get("DELETE") else sent.get("user")
    return (person.pk, sent["can_edit"]) if person else (None, False)


class ScopedInline(ScopedChoices, admin.options.InlineModelAdmin):
    """Rows below an object that the admin around it has let her see.

    Stacked ones, please: the fields of Django's tables have no labels that a screen reader could read.
    """

    formset = ScopedFormSet

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.user = request.user  # a class made for this request alone
        return formset


class ScopedAdmin(ScopedChoices, admin.ModelAdmin):
    purpose: str | Promise = ""  # what the page is for, in a sentence, above its list

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).visible_to(request.user)  # type: ignore[attr-defined]

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What the forms let through and the database refuses, since it came twice at once or was sent by hand."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError:
            messages.error(request, _("Not saved: this is there already, or somebody was a moment quicker."))
            return redirect(request.get_full_path())

    def editable(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Those of the chosen rows that an action may change."""
        hers = self.model._default_manager.editable_by(request.user)
        return rows.filter(pk__in=hers.values("pk"))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) and (obj is None or self._is_shown(request, obj))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._is_hers(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._is_hers(request, obj)

    def _is_shown(self, request: HttpRequest, obj: Any) -> bool:
        rows = self.model._default_manager.filter(pk=obj.pk)
        return rows.visible_to(request.user).exists()

    def _is_hers(self, request: HttpRequest, obj: Any) -> bool:
        if obj is None or request.user.is_superuser:  # who may delete a student deletes what is hers along
            return True
        return self.editable(request, self.model._default_manager.filter(pk=obj.pk)).exists()


class ScopedHistoryAdmin(ScopedAdmin, SimpleHistoryAdmin):
    """With who changed which field, from what to what; to look at, the form is where one changes things."""

    object_history_list_template = "admin/history_list.html"
    history_list_per_page = 30

    def revert_disabled(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    # Only of what she sees: the library's views would show anybody's by its number, or say that it is somebody's.

    def history_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        self._check_shown(request, object_id)
        return super().history_view(request, object_id, *args, **kwargs)

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        self._check_shown(request, object_id)
        if not version_id.isdecimal():
            raise Http404
        return super().history_form_view(request, object_id, version_id, *args, **kwargs)

    def _check_shown(self, request: HttpRequest, object_id: str) -> None:
        if self.get_object(request, unquote(object_id)) is None:
            raise Http404
