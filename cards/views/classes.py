"""A teacher’s pages about a class and its decks: a new class, its decks and lessons, the next school year."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import roster
from accounts.access import get_class
from accounts.audit import Kind, record
from accounts.days import study_day
from accounts.models import SchoolClass
from accounts.replanning import replan_class
from cards import teaching
from cards.forms.classes import AssignForm, ClassForm, LessonsForm, MoveUpForm, boards, next_year
from cards.models import Assignment, Deck
from cards.views import StudentRequest
from cards.views.exam_preview import preview_context

UNPROCESSABLE = 422
may_make_a_class = permission_required("accounts.add_schoolclass", raise_exception=True)


@may_make_a_class
@require_http_methods(["GET", "HEAD", "POST"])
def class_new(request: StudentRequest) -> HttpResponse:
    """A class, perhaps with its first deck; then on to its students."""
    decks = Deck.objects.assignable_by(request.user)
    sent = request.POST if request.method == "POST" else None
    form = ClassForm(sent, initial={"deck": request.GET.get("deck")}, decks=decks, boards=boards())
    if form.is_valid():
        try:
            return redirect("students_add", _make(request, form).pk)
        except roster.AlreadyThereError:
            form.add_error("name", _("You have a class of this name already."))
    return render(request, "cards/class_new.html", {"form": form}, status=UNPROCESSABLE if sent else 200)


def _make(request: StudentRequest, form: ClassForm) -> SchoolClass:
    name, board, deck = (form.cleaned_data[field] for field in ("name", "exam_board", "deck"))
    school_class = roster.make_class(request.user, name=name, exam_board=board)
    record(Kind.CLASS_MADE, by=request.user, of=school_class, now=timezone.now())
    if deck:
        _assign(request, school_class, deck=deck, starts_on=_today(request))
    return school_class


def _assign(request: StudentRequest, school_class: SchoolClass, *, deck: Deck, **about: Any) -> None:
    teaching.assign(school_class, deck, **about)
    replan_class(school_class, now=timezone.now())
    record(Kind.DECK_ASSIGNED, by=request.user, of=deck, now=timezone.now(), school_class=school_class.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def class_decks(request: StudentRequest, pk: int) -> HttpResponse:
    """The decks that a class has, and one more."""
    school_class = get_class(request.user, pk, to_edit=request.method == "POST")
    assignments = Assignment.objects.filter(school_class=school_class)
    decks = Deck.objects.assignable_by(request.user).exclude(pk__in=assignments.values("deck"))
    sent = request.POST if request.method == "POST" else None
    form = AssignForm(sent, initial={"starts_on": _today(request), "deck": request.GET.get("deck")}, decks=decks)
    if form.is_valid() and not _only_looks(request):
        _assign(request, school_class, **form.cleaned_data)
        messages.success(request, _("The class has the deck."))
        return redirect("class_decks", pk)
    context = {"school_class": school_class, "form": form}
    context["assignments"] = assignments.select_related("deck").with_counts().order_by("starts_on", "pk")
    if _only_looks(request):
        return _look(request, "class_decks", context, form.cleaned_data.get("deck"))
    return render(request, "cards/class_decks.html", context, status=UNPROCESSABLE if sent else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def class_deck(request: StudentRequest, pk: int, assignment: int) -> HttpResponse:
    """Dates of a deck, and its lessons."""
    school_class = get_class(request.user, pk, to_edit=request.method == "POST")
    given = _get_assignment(school_class, assignment)
    sent = request.POST if request.method == "POST" else None
    form = LessonsForm(sent, instance=given, lessons=teaching.lessons_of(given.deck))
    if form.is_valid() and not _only_looks(request):
        form.save()
        teaching.tick_taught(given, form.ticked, shown=form.shown, now=timezone.now())
        replan_class(school_class, now=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("class_decks", pk)
    context = {"school_class": school_class, "assignment": given, "form": form}
    if _only_looks(request):
        return _look(request, "class_deck", context, given.deck)
    return render(request, "cards/class_deck.html", context, status=UNPROCESSABLE if sent else 200)


def _only_looks(request: StudentRequest) -> bool:
    """Whether the form was sent to see the plan for its exam day; nothing is saved then."""
    return "preview" in request.POST


def _look(request: StudentRequest, name: str, context: dict[str, Any], deck: Deck | None) -> HttpResponse:
    """The page with the form as it was sent, or for htmx the plan alone."""
    form = context["form"]
    context |= preview_context(form, context["school_class"], deck, _today(request))
    template = "cards/_exam_preview.html" if request.htmx else f"cards/{name}.html"
    return render(request, template, context, status=200 if form.is_valid() else UNPROCESSABLE)


@require_http_methods(["GET", "HEAD", "POST"])
def class_deck_remove(request: StudentRequest, pk: int, assignment: int) -> HttpResponse:
    """The deck falls away from the class; what its students know of it is kept."""
    school_class = get_class(request.user, pk, to_edit=True)
    given = _get_assignment(school_class, assignment)
    if request.method == "POST":
        given.delete()
        replan_class(school_class, now=timezone.now())
        record(Kind.DECK_TAKEN, by=request.user, of=given.deck, now=timezone.now(), school_class=pk)
        messages.success(request, _("The class has the deck no more."))
        return redirect("class_decks", pk)
    return render(request, "cards/class_deck_remove.html", {"school_class": school_class, "assignment": given})


@may_make_a_class
@require_http_methods(["GET", "HEAD", "POST"])
def class_move_up(request: StudentRequest, pk: int) -> HttpResponse:
    """The end of the year: a new class with the same people, and the old one archived."""
    school_class = get_class(request.user, pk, to_edit=True)
    sent = request.POST if request.method == "POST" else None
    form = MoveUpForm(sent, initial={"name": next_year(school_class.name)})
    if form.is_valid():
        now, today = timezone.now(), _today(request)
        try:
            new = teaching.move_up(school_class, **form.cleaned_data, now=now, today=today)
            replan_class(new, now=now)
            record(Kind.CLASS_MOVED_UP, by=request.user, of=school_class, now=now, to=new.pk)
            return redirect("class_students", new.pk)
        except roster.AlreadyThereError:
            form.add_error(None, _("This class is archived; it has been moved up already, or put away."))
    context = {"school_class": school_class, "form": form}
    return render(request, "cards/class_move_up.html", context, status=UNPROCESSABLE if sent else 200)


def _get_assignment(school_class: SchoolClass, pk: int) -> Assignment:
    return get_object_or_404(school_class.assignments.select_related("deck"), pk=pk)


def _today(request: StudentRequest) -> date:
    return study_day(request.user, now=timezone.now())
