"""What a teacher does with her class: its code, moving and removing students, excusing them, putting it away."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts import roster
from accounts.access import get_class
from accounts.audit import Kind, record, record_each
from accounts.days import study_day
from accounts.forms.students import GONE, ChosenForm, ExcuseForm, MoveForm
from accounts.models import SchoolClass
from accounts.replanning import replan, replan_class
from accounts.views import UserRequest
from accounts.views.students import UNPROCESSABLE, chosen


@require_POST
def class_code(request: UserRequest, pk: int) -> HttpResponse:
    """A new join code, or none."""
    school_class = get_class(request.user, pk, to_edit=True)
    open_it = request.POST.get("code") == "new"
    roster.set_code(school_class, open_it=open_it)
    record(Kind.CLASS_CODE, by=request.user, of=school_class, now=timezone.now(), open=int(open_it))
    messages.success(request, _("There is a new code.") if open_it else _("Nobody can join with a code now."))
    return redirect("class_students", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def students_move(request: UserRequest, pk: int) -> HttpResponse:
    school_class = get_class(request.user, pk, to_edit=True)
    classes = SchoolClass.objects.living().editable_by(request.user).exclude(pk=pk)
    form = MoveForm(**chosen(request, school_class), classes=classes)
    if form.is_valid():
        to, people, now = form.cleaned_data["to"], form.people, timezone.now()
        try:
            roster.move(form.cleaned_data["students"], to, now=now)
        except roster.FullError:
            form.add_error("to", _("There is no room for so many in that class."))
        except roster.GoneError:
            form.add_error("students", GONE)
        else:
            replan((person.pk for person in people), now=now)
            record_each(Kind.STUDENT_MOVED, people, by=request.user, now=now, school_class=pk, to=to.pk)
            return _done(request, pk, _("Moved to %(name)s.") % {"name": to})
    return _form_page(request, "students_move", school_class, form)


@require_http_methods(["GET", "HEAD", "POST"])
def students_remove(request: UserRequest, pk: int) -> HttpResponse:
    """Out of the class; account and everything she knows stay."""
    school_class = get_class(request.user, pk, to_edit=True)
    form = ChosenForm(**chosen(request, school_class))
    if form.is_valid():
        people, now = form.people, timezone.now()
        try:
            roster.remove(form.cleaned_data["students"], now=now)
        except roster.GoneError:
            form.add_error("students", GONE)
        else:
            replan((person.pk for person in people), now=now)
            record_each(Kind.STUDENT_REMOVED, people, by=request.user, now=now, school_class=pk)
            return _done(request, pk, _removed(len(people)))
    return _form_page(request, "students_remove", school_class, form)


def _removed(count: int) -> str:
    said = ngettext("%(count)d student is out of the class.", "%(count)d students are out of the class.", count)
    return said % {"count": count}


@require_http_methods(["GET", "HEAD", "POST"])
def students_excuse(request: UserRequest, pk: int) -> HttpResponse:
    school_class = get_class(request.user, pk, to_edit=True)
    today = study_day(request.user, now=timezone.now())
    form = ExcuseForm(**chosen(request, school_class), today=today)
    if form.is_valid():
        until = form.cleaned_data["until"]
        roster.excuse(form.cleaned_data["students"], until)
        about = {"school_class": pk, "until": int(f"{until:%Y%m%d}") if until else None}
        record_each(Kind.STUDENT_EXCUSED, form.people, by=request.user, now=timezone.now(), **about)
        return _done(request, pk, _("Saved."))
    return _form_page(request, "students_excuse", school_class, form)


@require_http_methods(["GET", "HEAD", "POST"])
def class_archive(request: UserRequest, pk: int) -> HttpResponse:
    """Put the class away, or take it out again."""
    school_class = get_class(request.user, pk, to_edit=True)
    if request.method == "POST":
        put_away = request.POST.get("archive") == "yes"
        if put_away != bool(school_class.archived_at):
            roster.archive(school_class, now=timezone.now() if put_away else None)
            replan_class(school_class, now=timezone.now())
            kind = Kind.CLASS_ARCHIVED if put_away else Kind.CLASS_BACK
            record(kind, by=request.user, of=school_class, now=timezone.now())
        return _done(request, pk, _("The class is archived.") if put_away else _("The class is back."))
    return render(request, "accounts/class_archive.html", {"school_class": school_class})


def _done(request: UserRequest, pk: int, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect("class_students", pk)


def _form_page(request: UserRequest, name: str, school_class: SchoolClass, form: Any) -> HttpResponse:
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, f"accounts/{name}.html", {"school_class": school_class, "form": form}, status=status)
