"""Cards in the admin."""

from collections.abc import Sequence
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import admin
from django.contrib.admin.utils import flatten, unquote
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin

from accounts.days import study_day
from accounts.scoped import ScopedHistoryAdmin, may_be_a_row
from cards import desk
from cards.admin.actions import CARD_ACTIONS, confirm
from cards.admin.figures import percent_in_words, with_figures
from cards.admin.warnings import tell_of_merge, warn_of_breaches
from cards.formatting import plain
from cards.forms.own import MARKS_HELP
from cards.forms.teach import CardForm
from cards.models import Card, CardState, Deck, Flag
from cards.stats.decks import card_figures
from cards.views.asking import ask_context
from cards.views.desk import card_preview, save_revision

NEVER_EMPTY = ("code", "section", "position", "checked_on", "claims")  # for the record; nobody looks there first


def in_own_frame(view: Any) -> Any:
    """Lets a page of ours, and nobody else's, show this view in a frame."""
    return csp_replace({"frame-ancestors": [SELF]})(xframe_options_sameorigin(view))


class FlaggedFilter(admin.SimpleListFilter):
    title = _("flag")
    parameter_name = "flagged"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("A student says it seems wrong"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Card]) -> QuerySet[Card]:
        if self.value() != "yes":
            return queryset
        flags = Flag.objects.standing().visible_to(request.user).filter(card=OuterRef("pk"))  # type: ignore[arg-type]
        return queryset.filter(Exists(flags))


class SearchedSelect(AutocompleteSelect):
    """Shows again what was sent, as long as it is a number: of anything else the form says that it is no choice."""

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> Any:
        return super().optgroups(name, [number for number in value if may_be_a_row(str(number))], attr)


@admin.register(Card)
class CardAdmin(ScopedHistoryAdmin):
    purpose = _(
        "All cards of your decks. Open one to change it; choose several to publish, archive, move or tag them. "
        "Nothing you do here loses a student’s schedule."
    )
    list_display = ["words", "deck", "status", "kind", "motive", "student_count", "right"]
    list_filter = [
        "status",
        ("deck", admin.RelatedOnlyFieldListFilter),
        "kind",
        "level",
        "actor",
        ("motive", admin.RelatedOnlyFieldListFilter),
        FlaggedFilter,
    ]
    show_facets = admin.ShowFacets.ALLOW
    list_select_related = ["deck", "motive"]
    list_per_page = 50
    search_fields = ["front", "back", "code", "source"]
    search_help_text = _("Search fronts, backs, codes and sources.")
    autocomplete_fields = ["motive", "misconception"]
    actions = ["publish", "archive", "move", "tag"]
    form = CardForm
    change_form_template = "admin/cards/card/change_form.html"
    save_on_top = True
    view_on_site = False  # the students' page of a card is for those who study it
    fieldsets = [
        (None, {"fields": ["opened", "deck", ("kind", "status", "level")]}),
        (_("What the student sees"), {"fields": ["front", "back", "why", "source"], "description": MARKS_HELP}),
        (_("Options of a choice"), {"fields": ["options", "answer"], "classes": ["collapse", "of-choice"]}),
        (_("Credit points of “explain why”"), {"fields": ["points", "hint"], "classes": ["collapse", "of-explain"]}),
        (_("Whose motive"), {"fields": [("actor", "motive")]}),
        (_("What else helps"), {"fields": ["contested", "common_mistake", "misconception"], "classes": ["collapse"]}),
        (
            _("For the record"),
            {"fields": ["code", ("section", "position"), "checked_on", "claims"], "classes": ["collapse"]},
        ),
        (_("Exam practice"), {"fields": [("board", "marks"), "rewarded", "link"], "classes": ["collapse"]}),
        (_("Students have learned this card"), {"fields": ["change"], "classes": ["of-change"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Card]:
        return super().get_queryset(request).annotate(student_count=Count("states"))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.autocomplete_fields:
            kwargs["widget"] = SearchedSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Card | None = None) -> Any:
        """Parts that have something in them are open; what a change is, is asked only where it matters to somebody."""
        parts = [_opened(part, obj) for part in super().get_fieldsets(request, obj)]
        asked = obj is not None and obj.states.filter(sm2_due_on__isnull=False).exists()
        return parts if asked else parts[:-1]

    def get_history_queryset(self, request: HttpRequest, *args: Any) -> QuerySet[Any]:
        """What it said in decks of hers; what it said in another’s, before it came here, is for that one’s teachers."""
        hers = Deck.objects.editable_by(request.user)  # type: ignore[arg-type]
        return super().get_history_queryset(request, *args).filter(deck_id__in=hers.values("pk"))

    def history_form_view(self, request: HttpRequest, object_id: str, version_id: str, *args: Any, **kw: Any) -> Any:
        self._check_shown(request, object_id)
        lines = self.get_history_queryset(request, Card.history, "id", unquote(object_id)).values_list("pk", flat=True)
        if version_id not in map(str, lines):
            raise Http404
        if request.method == "POST":  # one looks here; the form is where one changes things
            return HttpResponseNotAllowed(["GET"])
        return super().history_form_view(request, object_id, version_id, *args, **kw)

    def has_delete_permission(self, request: HttpRequest, obj: Card | None = None) -> bool:
        """A card that students have met is archived, not deleted."""
        met = obj is not None and obj.states.exists()
        return super().has_delete_permission(request, obj) and not met

    @admin.display(description=_("front"), ordering="front")
    def words(self, card: Card) -> str:
        return plain(card.front)

    @admin.display(description=_("students"), ordering="student_count")
    def student_count(self, card: Card) -> int:
        return card.student_count  # type: ignore[attr-defined]

    @admin.display(description=_("right, 30 days"))
    def right(self, card: Card) -> str:
        return percent_in_words(card.figures)  # type: ignore[attr-defined]

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        return with_figures(super().get_changelist_instance(request), request, card_figures)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("preview/", in_own_frame(wrap(self.live_preview_view)), name="cards_card_live_preview"),
            path("<int:pk>/preview/", wrap(self.preview_view), name="cards_card_preview"),
            *super().get_urls(),
        ]

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The card as a student sees it, by the same fragment; saves nothing."""
        card = get_object_or_404(self.get_queryset(request).select_related("deck", "motive"), pk=pk)
        if not self.has_view_permission(request, card):
            raise PermissionDenied
        today = study_day(request.user, now=timezone.now())  # type: ignore[arg-type]
        context = ask_context(request.user, CardState(card=card), {}, today=today)  # type: ignore[arg-type]
        return render(request, "admin/cards/card/preview.html", context | {"preview": True})

    def live_preview_view(self, request: HttpRequest) -> HttpResponse:
        """The card as it is being written, beside the form; saves nothing."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        form: Any = self.get_form(request)(request.POST)
        return card_preview(request, form)

    def save_model(self, request: HttpRequest, obj: Card, form: Any, change: bool) -> None:
        obj.code = obj.code or desk.free_code(obj.deck)
        if obj.position is None:
            obj.position = desk.next_position(obj.deck)
        save_revision(request, obj, form, lambda: super(CardAdmin, self).save_model(request, obj, form, change))
        tell_of_merge(request, form)
        warn_of_breaches(request, obj)

    @admin.action(description=_("Publish the chosen cards"), permissions=["change"])
    def publish(self, request: HttpRequest, cards: QuerySet[Card]) -> HttpResponse | None:
        return confirm(self, request, cards, CARD_ACTIONS["publish"], "publish")

    @admin.action(description=_("Archive the chosen cards"), permissions=["change"])
    def archive(self, request: HttpRequest, cards: QuerySet[Card]) -> HttpResponse | None:
        return confirm(self, request, cards, CARD_ACTIONS["archive"], "archive")

    @admin.action(description=_("Move the chosen cards to another deck"), permissions=["change"])
    def move(self, request: HttpRequest, cards: QuerySet[Card]) -> HttpResponse | None:
        return confirm(self, request, cards, CARD_ACTIONS["move"], "move")

    @admin.action(description=_("Tag the chosen cards with a motive"), permissions=["change"])
    def tag(self, request: HttpRequest, cards: QuerySet[Card]) -> HttpResponse | None:
        return confirm(self, request, cards, CARD_ACTIONS["tag"], "tag")


def _opened(part: tuple[Any, Any], card: Card | None) -> tuple[Any, Any]:
    name, options = part
    fields = [field for field in flatten(options["fields"]) if field not in NEVER_EMPTY]
    has_content = card is not None and any(getattr(card, field, None) for field in fields)
    return (name, {**options, "classes": []}) if has_content and "collapse" in options.get("classes", []) else part
