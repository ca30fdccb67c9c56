"""Decks, cards and motives in the admin; states and answers to look at only, for cards.review alone writes them."""

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cards.models import Assignment, Card, CardState, Deck, Motive, ReviewLog


class CardInline(admin.StackedInline):
    model = Card
    extra = 0
    show_change_link = True
    fields = [("code", "status", "position"), ("front", "back")]
    ordering = ["position"]


class AssignmentInline(admin.TabularInline):
    model = Assignment
    extra = 0
    autocomplete_fields = ["school_class"]


@admin.register(Deck)
class DeckAdmin(admin.ModelAdmin):
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
    prepopulated_fields = {"slug": ["title"]}
    inlines = [AssignmentInline, CardInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Deck]:
        return (
            super()
            .get_queryset(request)
            .annotate(
                published_cards=Count("cards", filter=Q(cards__status=Card.Status.PUBLISHED), distinct=True),
                student_count=Count("cards__states__user", distinct=True),
            )
        )

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


@admin.register(Card)
class CardAdmin(admin.ModelAdmin):
    list_display = ["front", "code", "deck", "status", "level", "actor", "motive", "student_count"]
    list_filter = ["status", "deck", "kind", "level", "actor", "motive"]
    list_select_related = ["deck", "motive"]
    search_fields = ["front", "back", "code", "source"]
    search_help_text = _("Search fronts, backs, codes and sources.")
    autocomplete_fields = ["deck", "motive"]
    fieldsets = [
        (None, {"fields": ["deck", ("code", "kind", "status"), ("position", "section", "level")]}),
        (_("What the student sees"), {"fields": ["front", "back", "why", "contested", "common_mistake"]}),
        (
            _("What it teaches, and how we know"),
            {"fields": [("actor", "motive"), "source", "checked_on", "claims"]},
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Card]:
        return super().get_queryset(request).annotate(student_count=Count("states"))

    @admin.display(description=_("students"), ordering="student_count")
    def student_count(self, card: Card) -> int:
        return card.student_count  # type: ignore[attr-defined]


class ReadOnlyAdmin(admin.ModelAdmin):
    """To look at; nobody adds, changes or deletes here."""

    show_full_result_count = False

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
