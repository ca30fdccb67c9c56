"""Decks in the admin."""

from functools import cached_property
from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from accounts.audit import record
from accounts.models import SchoolClass
from accounts.replanning import replan_class
from accounts.scoped import ScopedFormSet, ScopedHistoryAdmin, ScopedInline, TeacherFormSet
from cards import desk
from cards.admin.actions import DECK_ACTIONS, DECK_EVENTS, confirm
from cards.admin.events import record_formset
from cards.admin.figures import percent_in_words, with_figures
from cards.admin.warnings import tell_of_merge, warn_of_breaches
from cards.forms.classes import DatesForm
from cards.forms.teach import DeckForm, NewCardForm
from cards.models import Assignment, Card, Deck, DeckTeacher
from cards.stats.decks import deck_figures
from cards.views import exports
from cards.views.desk import deck_copy, deck_order
from cards.views.imports import import_urls


class NewCardInline(ScopedInline, admin.StackedInline):
    """For adding; the cards that are there have a list and pages of their own."""

    model = Card
    form = NewCardForm
    extra = 1
    fields = [("front", "back", "source")]
    verbose_name = _("new card")
    verbose_name_plural = _("new cards, as drafts")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Card]:
        return super().get_queryset(request).none()


class DeckTeacherInline(ScopedInline, admin.StackedInline):
    model = DeckTeacher
    formset = TeacherFormSet
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[DeckTeacher]:
        return super().get_queryset(request).select_related("user", "deck")


class AssignmentFormSet(ScopedFormSet):
    """A class that she may only look at keeps what it has been given."""

    @cached_property
    def hers(self) -> set[int]:
        return set(Assignment.objects.editable_by(self.user).filter(deck=self.instance.pk).values_list("pk", flat=True))

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if form.instance.pk is None or form.instance.pk in self.hers:
            return
        form.fields["school_class"].help_text = _("You may look at this class, and change nothing of it.")
        for name in {*self.names, "DELETE"} & form.fields.keys():
            form.fields[name].disabled = True


class AssignmentInline(ScopedInline, admin.StackedInline):
    model = Assignment
    form = DatesForm
    formset = AssignmentFormSet
    extra = 0
    fields = [("school_class", "starts_on", "exam_on", "by_lesson")]
    verbose_name = _("class that has this deck")
    verbose_name_plural = _("classes that have this deck")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Assignment]:
        given = super().get_queryset(request).visible_to(request.user)  # type: ignore[attr-defined]
        return given.select_related("school_class", "deck")


def _replan(formset: Any) -> None:
    """The classes that have been given the deck, or have it no more, or on other days."""
    if formset.model is Assignment:
        changed = [assignment for assignment, _fields in formset.changed_objects]
        for assignment in [*formset.new_objects, *changed, *formset.deleted_objects]:
            replan_class(assignment.school_class_id, now=timezone.now())


class MineFilter(admin.SimpleListFilter):
    title = _("whose")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("mine", _("Mine")), ("library", _("The library’s"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Deck]) -> QuerySet[Deck]:
        if self.value() == "mine":
            return queryset.filter(deck_teachers__user=request.user)  # type: ignore[misc]
        return queryset.filter(in_library=True) if self.value() == "library" else queryset


class ClassFilter(admin.SimpleListFilter):
    title = _("class")
    parameter_name = "class"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        classes = SchoolClass.objects.visible_to(request.user).living()  # type: ignore[arg-type]
        return [(str(school_class.pk), school_class.name) for school_class in classes]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Deck]) -> QuerySet[Deck]:
        chosen = [int(pk) for pk, _name in self.lookup_choices if pk == self.value()]
        return queryset.filter(assignments__school_class__in=chosen) if self.value() else queryset


@admin.register(Deck)
class DeckAdmin(ScopedHistoryAdmin):
    purpose = _(
        "Your decks, and the library’s to look at and copy. Open one to add cards, to give it to a class, to import "
        "or to print. Figures are those of your classes."
    )
    list_display = [
        "title",
        "status",
        "classes",
        "published_cards",
        "due_today",
        "right",
        "weakest_motive",
        "last_edit",
    ]
    list_filter = [MineFilter, "status", ClassFilter]
    show_facets = admin.ShowFacets.ALLOW
    search_fields = ["title", "slug", "description"]
    search_help_text = _("Search titles, addresses and descriptions.")
    ordering = ["position", "title"]
    actions = ["publish", "archive"]
    form = DeckForm
    view_on_site = False  # the students' page of a deck is for those who study it
    fieldsets = [
        (None, {"fields": ["opened", "title", "description", ("status", "in_library")]}),
        (_("For the record"), {"fields": ["slug", "position"], "classes": ["collapse"]}),
    ]
    inlines = [AssignmentInline, DeckTeacherInline, NewCardInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Deck]:
        newest = Card.history.filter(deck_id=OuterRef("pk")).order_by("-history_date")
        of_deck = Deck.history.filter(id=OuterRef("pk")).order_by("-history_date")
        # Counted apart: a join with thousands of cards would look for the newest line of history at each of them.
        published = Card.objects.filter(deck=OuterRef("pk"), status=Card.Status.PUBLISHED).order_by().values("deck")
        decks = super().get_queryset(request)
        return decks.prefetch_related("assignments__school_class").annotate(
            published_cards=Coalesce(Subquery(published.annotate(count=Count("pk")).values("count")), 0),
            card_edited_at=Subquery(newest.values("history_date")[:1]),
            card_edited_by=Subquery(newest.values("history_user__username")[:1]),
            deck_edited_by=Subquery(of_deck.values("history_user__username")[:1]),
            edited_at=Greatest("changed_at", Coalesce("card_edited_at", "changed_at")),
        )

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = with_figures(super().get_changelist_instance(request), request, deck_figures)
        visible = set(SchoolClass.objects.visible_to(request.user).living().values_list("pk", flat=True))  # type: ignore[arg-type]
        for deck in changelist.result_list:
            given = (assignment.school_class for assignment in deck.assignments.all())
            deck.class_names = sorted(school_class.name for school_class in given if school_class.pk in visible)
        return changelist

    @admin.display(description=_("classes"))
    def classes(self, deck: Deck) -> str:
        return ", ".join(deck.class_names) or "–"  # type: ignore[attr-defined]

    @admin.display(description=_("cards"), ordering="published_cards")
    def published_cards(self, deck: Deck) -> int:
        return deck.published_cards  # type: ignore[attr-defined]

    @admin.display(description=_("due today"))
    def due_today(self, deck: Deck) -> int:
        return deck.figures.due  # type: ignore[attr-defined]

    @admin.display(description=_("right, 30 days"))
    def right(self, deck: Deck) -> str:
        return percent_in_words(deck.figures)  # type: ignore[attr-defined]

    @admin.display(description=_("weakest motive"))
    def weakest_motive(self, deck: Deck) -> str:
        return deck.figures.weakest or "–"  # type: ignore[attr-defined]

    @admin.display(description=_("last edit"), ordering="edited_at")
    def last_edit(self, deck: Deck) -> str:
        by_card = deck.card_edited_at and deck.card_edited_at >= deck.changed_at  # type: ignore[attr-defined]
        who = deck.card_edited_by if by_card else deck.deck_edited_by  # type: ignore[attr-defined]
        day = date_format(localtime(deck.edited_at), "SHORT_DATE_FORMAT")  # type: ignore[attr-defined]
        return f"{day} · {who}" if who else day

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/order/", wrap(self.order_view), name="cards_deck_order"),
            path("<int:pk>/copy/", wrap(self.copy_view), name="cards_deck_copy"),
            *self._export_urls(),
            *import_urls(wrap),
            *super().get_urls(),
        ]

    def _export_urls(self) -> list[URLPattern]:
        views = {
            "export": exports.deck_export,
            "export/csv": exports.deck_export_csv,
            "export/tsv": exports.deck_export_tsv,
            "export/apkg": exports.deck_export_apkg,
            "print/fold": exports.deck_print_fold,
            "print/list": exports.deck_print_list,
            "print/blank": exports.deck_print_blank,
        }
        wrap, more = self.admin_site.admin_view, {"model_admin": self}
        return [
            path(f"<int:pk>/{place}/", wrap(view), more, name=f"cards_{view.__name__}") for place, view in views.items()
        ]

    def history_form_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        self._check_shown(request, object_id)
        if request.method == "POST":  # one looks here; the form is where one changes things
            return HttpResponseNotAllowed(["GET"])
        return super().history_form_view(request, object_id, *args, **kwargs)

    def order_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return deck_order(request, self, pk)

    def copy_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return deck_copy(request, self, pk)

    def save_formset(self, request: HttpRequest, form: ModelForm, formset: Any, change: bool) -> None:
        if formset.model is Card:
            for card in formset.save(commit=False):
                card.code, card.position = desk.free_code(form.instance), desk.next_position(form.instance)
                card.save()
                warn_of_breaches(request, card)
        else:
            super().save_formset(request, form, formset, change)
            record_formset(request, formset)
            _replan(formset)

    def save_model(self, request: HttpRequest, obj: Deck, form: DeckForm, change: bool) -> None:
        desk.save_with_slug(obj, lambda: super(DeckAdmin, self).save_model(request, obj, form, change))
        tell_of_merge(request, form)
        kind = DECK_EVENTS.get(obj.status) if "status" in form.changed_data else None  # type: ignore[call-overload]
        if kind:
            record(kind, by=request.user, of=obj, now=timezone.now())

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if not change:  # who makes a deck looks after it
            DeckTeacher.objects.get_or_create(deck=form.instance, user=request.user)  # type: ignore[misc]

    @admin.action(description=_("Publish the chosen decks"), permissions=["change"])
    def publish(self, request: HttpRequest, decks: QuerySet[Deck]) -> HttpResponse | None:
        return confirm(self, request, decks, DECK_ACTIONS["publish"], "publish")

    @admin.action(description=_("Archive the chosen decks"), permissions=["change"])
    def archive(self, request: HttpRequest, decks: QuerySet[Deck]) -> HttpResponse | None:
        return confirm(self, request, decks, DECK_ACTIONS["archive"], "archive")
