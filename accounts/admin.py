"""People and classes in the admin, for a superuser."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, SchoolClass, User
from accounts.scoped import ScopedHistoryAdmin, ScopedInline


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    list_display = ["username", "first_name", "last_name", "is_staff", "studied_on"]
    fieldsets = (
        *(DjangoUserAdmin.fieldsets or ()),
        (
            _("Study day"),
            {
                "fields": [
                    "time_zone",
                    "day_start",
                    "new_per_day",
                    "minutes_per_day",
                    "grade_buttons",
                    "exam_board",
                    "language",
                    "theme",
                    "text_size",
                    "motion",
                    "daily_reminder",
                ]
            },
        ),
    )

    def get_deleted_objects(
        self, objs: Iterable[Any], request: HttpRequest
    ) -> tuple[list[Any], Any, set[str], list[Any]]:
        """What goes with a person is counted and not quoted: her own cards and notes are nobody else’s to read."""
        people = [str(person) for person in objs]
        _quoted, counts, lacking, protected = super().get_deleted_objects(objs, request)  # type: ignore[arg-type]
        return people, counts, lacking, protected


class TeacherInline(ScopedInline, admin.StackedInline):
    """The teachers of a class; students join by its code or come from a list of names."""

    model = Membership
    extra = 0
    fields = ["user", "can_edit"]
    verbose_name = _("teacher")
    verbose_name_plural = _("teachers")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).filter(role=Membership.Role.TEACHER)


@admin.register(SchoolClass)
class SchoolClassAdmin(ScopedHistoryAdmin):
    list_display = ["name", "student_count", "archived_at"]
    search_fields = ["name"]
    fields = ["name", "exam_board"]
    inlines = [TeacherInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SchoolClass]:
        students = Count("memberships", filter=Q(memberships__role=Membership.Role.STUDENT))
        return super().get_queryset(request).annotate(student_count=students)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for membership in formset.save(commit=False):
            membership.role = Membership.Role.TEACHER
            membership.save()
        for membership in formset.deleted_objects:
            membership.delete()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if not change:  # who makes a class teaches it
            membership = {"school_class": form.instance, "user_id": request.user.pk}
            Membership.objects.get_or_create(**membership, defaults={"role": Membership.Role.TEACHER})

    @admin.display(description=_("students"), ordering="student_count")
    def student_count(self, school_class: SchoolClass) -> int:
        return school_class.student_count  # type: ignore[attr-defined]
