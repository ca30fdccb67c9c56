"""The page of a class: what it is stuck on, who practised, and its tables as files."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import get_class
from accounts.audit import Kind, record
from accounts.days import study_day
from accounts.models import Membership
from cards.forms.school_class import ClassPageForm
from cards.marks import settle_flag
from cards.models import Flag
from cards.stats import Overview, load_overview
from cards.views import StudentRequest
from cards.views.class_tables import TABLES, csv_of, overview_context
from pactcards.errors import say


@require_safe
def school_class(request: StudentRequest, pk: int) -> HttpResponse:
    form = ClassPageForm(request.GET, today=study_day(request.user, now=timezone.now()))
    overview = _overview(request, pk, form)
    if overview is None:
        return _refused(request, form)
    return render(request, "cards/school_class.html", overview_context(overview, form))


@require_POST
def class_csv(request: StudentRequest, pk: int, table: str) -> HttpResponse:
    """One of the tables of the page, as it was asked for there; by POST, for it is written down who took it."""
    form = ClassPageForm(request.GET, today=study_day(request.user, now=timezone.now()))
    overview = _overview(request, pk, form)
    if overview is None or table not in TABLES:
        return _refused(request, form)
    record(Kind.CLASS_EXPORTED, by=request.user, of=overview.school_class, now=timezone.now())
    response = HttpResponse(csv_of(table, overview, form), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="class-{pk}-{table}.csv"'
    return response


def _overview(request: StudentRequest, pk: int, form: ClassPageForm) -> Overview | None:
    """The class on the days and cards that the form asks for; None if it can't be read."""
    found = get_class(request.user, pk)
    if not form.is_valid():
        return None
    return load_overview(found, since=form.cleaned_data["since"], today=form.today, now=timezone.now())


def _refused(request: StudentRequest, form: ClassPageForm) -> HttpResponse:
    if "since" in form.errors:
        return say(request, 400, " ".join(map(str, form.errors["since"])))
    return say(request, 400, _("There is no such motive, actor, misconception or table."))


@require_POST
def class_flag_settle(request: StudentRequest, pk: int, flag_pk: int) -> HttpResponse:
    """The teacher has seen to what a student thought wrong."""
    found = get_class(request.user, pk, to_edit=True)
    students = Membership.objects.students().filter(school_class=found).values("user")
    flags = Flag.objects.editable_by(request.user).filter(user__in=students)
    settle_flag(get_object_or_404(flags, pk=flag_pk), now=timezone.now())
    return redirect(f"{found.get_absolute_url()}#flags")
