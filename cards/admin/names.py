"""Motives and misconceptions in the admin: the same lists for all teachers, changed by a superuser."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cards.models import Misconception, Motive


@admin.register(Motive)
class MotiveAdmin(admin.ModelAdmin):
    list_display = ["name", "code", "card_count", "position"]
    ordering = ["position", "name"]  # that of the model is lost where cards are counted
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
