"""The admin for more than one teacher: each sees and changes what is hers.

A model says what that is in its queryset: `visible_to(user)` and `editable_by(user)`. A test walks every
registered admin as a foreign teacher, so a new one fails until it is scoped.
"""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import ForeignKey, Model, Q, QuerySet
from django.forms import ModelChoiceField
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from simple_history.admin import SimpleHistoryAdmin

from accounts.models import TEACHERS, User


def teachers() -> QuerySet[User]:
    """Everybody who may look after a deck or a class."""
    return User.objects.filter(Q(groups__name=TEACHERS) | Q(is_superuser=True), is_active=True).distinct()


def choices_for(model: type[Model], user: Any) -> QuerySet[Any]:
    """What `user` may choose where a form asks for one: what she may change, any teacher, or all of a shared list."""
    if model is User:
        return teachers()
    rows = model._default_manager.all()
    return rows.editable_by(user) if hasattr(rows, "editable_by") else rows


class ScopedChoices(admin.options.BaseModelAdmin):
    """A choice of a deck or a class offers, and accepts, only what she may change."""

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField | None:
        kwargs.setdefault("queryset", choices_for(db_field.remote_field.model, request.user))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class ScopedInline(ScopedChoices, admin.options.InlineModelAdmin):
    """Rows below an object that the admin around it has let her see.

    Stacked ones, please: the fields of Django's tables have no labels that a screen reader could read.
    """


class ScopedAdmin(ScopedChoices, admin.ModelAdmin):
    purpose: str | Promise = ""  # what the page is for, in a sentence, above its list

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).visible_to(request.user)  # type: ignore[attr-defined]

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

    def history_form_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        self._check_shown(request, object_id)
        return super().history_form_view(request, object_id, *args, **kwargs)

    def _check_shown(self, request: HttpRequest, object_id: str) -> None:
        if self.get_object(request, unquote(object_id)) is None:
            raise Http404
