"""What students did and said, in the admin: states and answers to look at only, for cards.review alone writes them."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.scoped import ScopedAdmin
from cards.models import CardState, Flag, Misbelief, ReviewLog


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
