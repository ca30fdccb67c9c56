"""Cards in the admin."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import flatten
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.days import study_day
from accounts.scoped import ScopedAdmin
from cards.admin.warnings import warn_of_breaches
from cards.forms.teach import CardForm
from cards.models import Card, CardState
from cards.views.asking import ask_context


@admin.register(Card)
class CardAdmin(ScopedAdmin):
    list_display = ["front", "code", "deck", "status", "level", "actor", "motive", "student_count"]
    list_filter = ["status", ("deck", admin.RelatedOnlyFieldListFilter), "kind", "level", "actor", "motive"]
    list_select_related = ["deck", "motive"]
    search_fields = ["front", "back", "code", "source"]
    search_help_text = _("Search fronts, backs, codes and sources.")
    autocomplete_fields = ["motive", "misconception"]
    view_on_site = False  # the students' page of a card is for those who study it
    form = CardForm
    fieldsets = [
        (None, {"fields": ["deck", ("code", "kind", "status"), ("position", "section", "level")]}),
        (
            _("What the student sees"),
            {"fields": ["front", "back", "why", "contested", "common_mistake", "misconception"]},
        ),
        (
            _("What it teaches, and how we know"),
            {"fields": [("actor", "motive"), "source", "checked_on", "claims"]},
        ),
        (_("For a choice"), {"fields": ["options", "answer"], "classes": ["collapse"]}),
        (_("For “explain why”"), {"fields": ["points", "hint"], "classes": ["collapse"]}),
        (_("For exam practice"), {"fields": [("board", "marks"), "rewarded", "link"], "classes": ["collapse"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Card]:
        return super().get_queryset(request).annotate(student_count=Count("states"))

    def get_fieldsets(self, request: HttpRequest, obj: Card | None = None) -> Any:
        """The parts for a kind are closed unless the card has something in them."""
        return [_opened(part, obj) for part in super().get_fieldsets(request, obj)]

    @admin.display(description=_("students"), ordering="student_count")
    def student_count(self, card: Card) -> int:
        return card.student_count  # type: ignore[attr-defined]

    def get_urls(self) -> list[URLPattern]:
        preview = self.admin_site.admin_view(self.preview_view)
        return [path("<int:pk>/preview/", preview, name="cards_card_preview"), *super().get_urls()]

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The card as a student sees it, by the same fragment; saves nothing."""
        card = get_object_or_404(self.get_queryset(request).select_related("deck", "motive"), pk=pk)
        if not self.has_view_permission(request, card):
            raise PermissionDenied
        today = study_day(request.user, now=timezone.now())  # type: ignore[arg-type]
        context = ask_context(request.user, CardState(card=card), {}, today=today)  # type: ignore[arg-type]
        return render(request, "admin/cards/card/preview.html", context | {"preview": True})

    def save_model(self, request: HttpRequest, obj: Card, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        warn_of_breaches(request, obj)


def _opened(part: tuple[Any, Any], card: Card | None) -> tuple[Any, Any]:
    name, options = part
    has_content = card is not None and any(getattr(card, field) for field in flatten(options["fields"]))
    return (name, {**options, "classes": []}) if has_content else part
