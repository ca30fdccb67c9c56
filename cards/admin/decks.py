"""Decks in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.scoped import ScopedAdmin, ScopedInline
from cards.models import Assignment, Card, Deck, DeckTeacher


class CardInline(ScopedInline, admin.StackedInline):
    model = Card
    extra = 0
    show_change_link = True
    fields = [("code", "status", "position"), ("front", "back")]
    ordering = ["position"]


class DeckTeacherInline(ScopedInline, admin.TabularInline):
    model = DeckTeacher
    extra = 0


class AssignmentInline(ScopedInline, admin.TabularInline):
    model = Assignment
    extra = 0
    fields = ["school_class", "starts_on", "exam_on", "by_lesson"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Assignment]:
        return super().get_queryset(request).visible_to(request.user)  # type: ignore[attr-defined]


@admin.register(Deck)
class DeckAdmin(ScopedAdmin):
    list_display = [
        "title",
        "status",
        "in_library",
        "origin",
        "published_cards",
        "student_count",
        "changed_at",
    ]
    list_filter = ["status", "in_library", "origin"]
    search_fields = ["title", "slug", "description"]
    search_help_text = _("Search titles, addresses and descriptions.")
    ordering = ["position", "title"]
    prepopulated_fields = {"slug": ["title"]}
    inlines = [DeckTeacherInline, AssignmentInline, CardInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Deck]:
        return (
            super()
            .get_queryset(request)
            .annotate(
                published_cards=Count("cards", filter=Q(cards__status=Card.Status.PUBLISHED), distinct=True),
                student_count=Count("cards__states__user", distinct=True),
            )
        )

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if not change:  # who makes a deck looks after it
            DeckTeacher.objects.get_or_create(deck=form.instance, user=request.user)  # type: ignore[misc]

    @admin.display(description=_("cards"), ordering="published_cards")
    def published_cards(self, deck: Deck) -> int:
        return deck.published_cards  # type: ignore[attr-defined]

    @admin.display(description=_("students"), ordering="student_count")
    def student_count(self, deck: Deck) -> int:
        return deck.student_count  # type: ignore[attr-defined]
