"""People and classes in the admin, for a superuser."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, SchoolClass, User


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


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 1
    autocomplete_fields = ["user"]


@admin.register(SchoolClass)
class SchoolClassAdmin(admin.ModelAdmin):
    list_display = ["name", "student_count", "archived_at"]
    search_fields = ["name"]
    inlines = [MembershipInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SchoolClass]:
        students = Count("memberships", filter=Q(memberships__role=Membership.Role.STUDENT))
        return super().get_queryset(request).annotate(student_count=students)

    @admin.display(description=_("students"), ordering="student_count")
    def student_count(self, school_class: SchoolClass) -> int:
        return school_class.student_count  # type: ignore[attr-defined]
