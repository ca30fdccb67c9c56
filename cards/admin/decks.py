"""Decks in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.scoped import ScopedAdmin, ScopedInline
from cards.admin.warnings import warn_of_breaches
from cards.models import Assignment, Card, Deck, DeckTeacher

MOST_CARDS_BELOW = 100


class CardInline(ScopedInline, admin.StackedInline):
    model = Card
    extra = 0
    show_change_link = True
    view_on_site = False
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
    view_on_site = False  # the students' page of a deck is for those who study it

    def get_queryset(self, request: HttpRequest) -> QuerySet[Deck]:
        return (
            super()
            .get_queryset(request)
            .annotate(
                published_cards=Count("cards", filter=Q(cards__status=Card.Status.PUBLISHED), distinct=True),
                student_count=Count("cards__states__user", distinct=True),
            )
        )

    def get_inlines(self, request: HttpRequest, obj: Deck | None) -> list[type[admin.options.InlineModelAdmin]]:
        """A form of more fields than Django reads could not be saved: a large deck has its cards in their own list."""
        inlines = super().get_inlines(request, obj)
        is_large = obj is not None and obj.cards.count() > MOST_CARDS_BELOW
        return [inline for inline in inlines if not (is_large and inline is CardInline)]

    def save_formset(self, request: HttpRequest, form: ModelForm, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if formset.model is Card:
            for card in [*formset.new_objects, *(card for card, _changed in formset.changed_objects)]:
                warn_of_breaches(request, card)

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
