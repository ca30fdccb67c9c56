"""Classes in the admin, for their teachers."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import roster
from accounts.audit import Kind, record, record_each
from accounts.forms.days import MOST_HOLIDAYS, HolidayForm
from accounts.forms.versioned import VersionedForm
from accounts.free_days import FreeDays
from accounts.models import EXAM_BOARDS, Membership, SchoolClass
from accounts.replanning import replan, replan_class, student_ids
from accounts.scoped import ScopedHistoryAdmin, ScopedInline, TeacherFormSet


class SchoolClassForm(VersionedForm):
    """A board is chosen, not typed: one that is misspelt has no cards."""

    exam_board = forms.ChoiceField(
        required=False,
        label=_("Exam practice"),
        choices=[("", _("none")), *((board, board) for board in EXAM_BOARDS)],
        help_text=_("Cards in the style of this board come with the others."),
    )

    class Meta:
        model = SchoolClass
        fields = ["name", "exam_board", "free_weekends"]


class FreeDaysInline(ScopedInline, admin.StackedInline):
    """Holidays: on these days nothing is asked of the students of the class."""

    model = FreeDays
    form = HolidayForm
    extra = 0
    max_num = MOST_HOLIDAYS
    fields = [("name", "first_day", "last_day")]


class ClassTeacherFormSet(TeacherFormSet):
    """Nobody is both in a class: whoever learns in it cannot be made its teacher as well."""

    def clean(self) -> None:
        super().clean()
        students = set(roster.students_of(self.instance).values_list("user", flat=True)) if self.instance.pk else ()
        for form in self.forms:
            if form.is_valid() and getattr(form.cleaned_data.get("user"), "pk", None) in students:
                form.add_error("user", _("This person is a student of the class. Take them out of its students first."))


class TeacherInline(ScopedInline, admin.StackedInline):
    """The teachers of a class; students join by its code or come from a list of names."""

    model = Membership
    formset = ClassTeacherFormSet
    extra = 0
    fields = ["user", "can_edit"]
    verbose_name = _("teacher")
    verbose_name_plural = _("teachers")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        teachers = super().get_queryset(request).filter(role=Membership.Role.TEACHER)
        return teachers.select_related("user", "school_class")


class ArchivedFilter(admin.SimpleListFilter):
    """The classes of this year unless she asks for others."""

    title = _("archived")
    parameter_name = "archived"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Archived")), ("all", _("All"))]

    def choices(self, changelist: Any) -> Iterator[Any]:
        for value, label in [(None, _("This year’s")), *self.lookup_choices]:
            query = changelist.get_query_string({self.parameter_name: value})
            yield {"selected": self.value() == value, "query_string": query, "display": label}

    def queryset(self, request: HttpRequest, queryset: QuerySet[SchoolClass]) -> QuerySet[SchoolClass]:
        if self.value() == "all":
            return queryset
        return queryset.filter(archived_at__isnull=self.value() != "yes")


def _changes_holidays(formset: Any) -> bool:
    return formset.model is FreeDays and formset.has_changed()


@admin.register(SchoolClass)
class SchoolClassAdmin(ScopedHistoryAdmin):
    purpose = _(
        "Your classes. Open one to change its name, its exam board or its teachers, or to go to its students and decks."
    )
    list_display = ["name", "student_count", "archived_at"]
    list_filter = [ArchivedFilter]
    search_fields = ["name"]
    search_help_text = _("Search names of classes.")
    fields = ["opened", "name", "exam_board", "free_weekends"]
    form = SchoolClassForm
    inlines = [FreeDaysInline, TeacherInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SchoolClass]:
        students = Count("memberships", filter=Q(memberships__role=Membership.Role.STUDENT))
        return super().get_queryset(request).annotate(student_count=students)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model is FreeDays:
            formset.save()
            return
        for membership in formset.save(commit=False):
            membership.role = Membership.Role.TEACHER
            membership.save()
        for membership in formset.deleted_objects:
            membership.delete()
        saved = [*formset.new_objects, *(membership for membership, _fields in formset.changed_objects)]
        self._record(request, saved, teaches=1)
        self._record(request, formset.deleted_objects, teaches=0)

    def _record(self, request: HttpRequest, memberships: Iterable[Membership], *, teaches: int) -> None:
        for membership in memberships:
            about = {"school_class": membership.school_class_id, "teaches": teaches, "can_edit": membership.can_edit}
            record(Kind.ROLE_CHANGED, by=request.user, of=membership.user, now=timezone.now(), **about)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if "free_weekends" in form.changed_data or any(_changes_holidays(formset) for formset in formsets):
            replan_class(form.instance, now=timezone.now())
        if not change:  # who makes a class teaches it
            membership = {"school_class": form.instance, "user_id": request.user.pk}
            Membership.objects.get_or_create(**membership, defaults={"role": Membership.Role.TEACHER})
            record(Kind.CLASS_MADE, by=request.user, of=form.instance, now=timezone.now())

    def delete_model(self, request: HttpRequest, obj: SchoolClass) -> None:
        students = student_ids(obj)
        self._note_deletion(request, SchoolClass.objects.filter(pk=obj.pk))
        super().delete_model(request, obj)
        replan(students, now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[SchoolClass]) -> None:
        students = {pk for school_class in queryset for pk in student_ids(school_class)}
        self._note_deletion(request, queryset)
        super().delete_queryset(request, queryset)
        replan(students, now=timezone.now())

    def _note_deletion(self, request: HttpRequest, classes: QuerySet[SchoolClass]) -> None:
        now = timezone.now()
        roster.note_leaving(Membership.objects.filter(school_class__in=classes), now=now)
        record_each(Kind.CLASS_DELETED, classes, by=request.user, now=now)

    @admin.display(description=_("students"), ordering="student_count")
    def student_count(self, school_class: SchoolClass) -> int:
        return school_class.student_count  # type: ignore[attr-defined]
