"""Decks, cards and motives in the admin; states and answers to look at only, for cards.review alone writes them.

A teacher sees and changes her own (accounts.scoped). Students’ own cards are nobody else’s to see: no list, filter,
search, choice or page here has them, and a superuser’s has not either.
"""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.days import study_day
from accounts.scoped import ScopedAdmin, ScopedInline
from cards.content import rules
from cards.content.loader import entry_of
from cards.forms.teach import CardForm
from cards.models import (
    Assignment,
    Card,
    CardState,
    Deck,
    DeckTeacher,
    Flag,
    Misbelief,
    Misconception,
    Motive,
    ReviewLog,
)
from cards.views.asking import ask_context


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


@admin.register(Motive)
class MotiveAdmin(admin.ModelAdmin):
    list_display = ["name", "code", "card_count", "position"]
    search_fields = ["name", "code", "meaning"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Motive]:
        return super().get_queryset(request).annotate(card_count=Count("cards"))

    @admin.display(description=_("cards"), ordering="card_count")
    def card_count(self, motive: Motive) -> int:
        return motive.card_count  # type: ignore[attr-defined]


@admin.register(Misconception)
class MisconceptionAdmin(admin.ModelAdmin):
    list_display = ["code", "wrong", "fact"]
    search_fields = ["code", "wrong", "fact"]


@admin.register(Card)
class CardAdmin(ScopedAdmin):
    list_display = ["front", "code", "deck", "status", "level", "actor", "motive", "student_count"]
    list_filter = ["status", ("deck", admin.RelatedOnlyFieldListFilter), "kind", "level", "actor", "motive"]
    list_select_related = ["deck", "motive"]
    search_fields = ["front", "back", "code", "source"]
    search_help_text = _("Search fronts, backs, codes and sources.")
    autocomplete_fields = ["motive", "misconception"]
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
        for sentence in rules.problems(entry_of(obj)):
            messages.warning(request, _("To look at again: %(sentence)s.") % {"sentence": sentence})


class ReadOnlyAdmin(admin.ModelAdmin):
    """What students did with a card, to look at; nobody adds, changes or deletes here."""

    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(card__deck__owner=None)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(CardState)
class CardStateAdmin(ReadOnlyAdmin):
    list_display = ["user", "card", "due_on", "repetitions", "interval", "ease", "lapses", "version"]
    list_filter = ["due_on", ("card__deck", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["user", "card"]
    search_fields = ["user__username", "card__code", "card__front"]
    search_help_text = _("Search user names, card codes and fronts.")


@admin.register(ReviewLog)
class ReviewLogAdmin(ReadOnlyAdmin):
    list_display = ["user", "card", "day", "kind", "quality", "interval_after", "answered_at", "undone_at"]
    list_filter = ["kind", "quality", "day"]
    list_select_related = ["user", "card"]
    search_fields = ["user__username", "card__code", "card__front"]
    search_help_text = _("Search user names, card codes and fronts.")


@admin.register(Misbelief)
class MisbeliefAdmin(ReadOnlyAdmin):
    list_display = ["card", "said_at"]
    list_select_related = ["card"]
    search_fields = ["card__code", "card__front"]


@admin.register(Flag)
class FlagAdmin(ScopedAdmin):
    """What students think is wrong; settled here once the card is right or the student answered."""

    readonly_fields = ["user", "card", "reason", "raised_at", "settled_at"]
    list_display = ["card", "reason", "raised_at", "settled_at"]
    list_filter = [("settled_at", admin.EmptyFieldListFilter), ("card__deck", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["card"]
    search_fields = ["card__code", "card__front", "reason"]
    search_help_text = _("Search codes, fronts and reasons.")
    actions = ["settle"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.action(description=_("Settle the chosen flags"), permissions=["change"])
    def settle(self, request: HttpRequest, flags: QuerySet[Flag]) -> None:
        self.editable(request, flags).filter(settled_at__isnull=True).update(settled_at=timezone.now())
