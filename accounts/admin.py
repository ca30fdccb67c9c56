"""People and classes in the admin, for a superuser."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts import roster
from accounts.audit import AuditEvent, Kind, record, record_each
from accounts.erasure import CannotEraseError, erase, refusal, what_goes
from accounts.forms.invite import InviteForm
from accounts.free_days import FreeDays
from accounts.invite import invite_again, invite_teacher
from accounts.models import EXAM_BOARDS, Membership, SchoolClass, User
from accounts.replanning import replan, replan_class, student_ids
from accounts.scoped import ScopedHistoryAdmin, ScopedInline
from accounts.views.privacy import copy_of
from accounts.views.students import log_in_cards

FOUND = 302
RIGHTS = {"is_active", "is_staff", "is_superuser", "groups", "user_permissions"}


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

    actions = ["invite_again", "erase"]

    def get_urls(self) -> list[URLPattern]:
        invite = self.admin_site.admin_view(self.invite_teacher_view)
        export = self.admin_site.admin_view(require_POST(self.export_view))
        return [
            path("invite-teacher/", invite, name="accounts_user_invite_teacher"),
            path("<int:pk>/export/", export, name="accounts_user_export"),
            *super().get_urls(),
        ]

    def export_view(self, request: HttpRequest, pk: int) -> FileResponse:
        """When a person, or whoever speaks for a child, asks the school for what it keeps about her."""
        if not request.user.is_superuser:
            raise PermissionDenied
        return copy_of(get_object_or_404(User, pk=pk), by=request.user)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            record(Kind.ACCOUNT_MADE, by=request.user, of=obj, now=timezone.now())

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if RIGHTS & set(form.changed_data):
            user = form.instance
            about = {"active": user.is_active, "staff": user.is_staff, "superuser": user.is_superuser}
            record(Kind.ROLE_CHANGED, by=request.user, of=user, now=timezone.now(), **about)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == FOUND:
            record(Kind.PASSWORD_CHANGED, by=request.user, of=self.get_object(request, id), now=timezone.now())
        return response

    def has_invite_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def invite_teacher_view(self, request: HttpRequest) -> HttpResponse:
        """A new teacher, and her card: seen this once."""
        if not self.has_invite_permission(request):
            raise PermissionDenied
        form = InviteForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            card = invite_teacher(form.save(commit=False), now=timezone.now())
            self.log_addition(request, card.user, gettext("Invited as a teacher."))
            record(Kind.TEACHER_INVITED, by=request.user, of=card.user, now=timezone.now())
            return log_in_cards(request, None, [card])
        context = {**self.admin_site.each_context(request), "title": _("Invite a teacher"), "form": form}
        status = 422 if form.is_bound else 200
        return render(request, "admin/accounts/user/invite_teacher.html", context, status=status)

    @admin.action(
        description=_("New log-in cards for invited teachers who have not used theirs"), permissions=["invite"]
    )
    def invite_again(self, request: HttpRequest, users: QuerySet[User]) -> HttpResponse | None:
        cards = invite_again(users, now=timezone.now())
        if cards:
            people = [card.user for card in cards]
            record_each(Kind.CODE_MADE, people, by=request.user, now=timezone.now())
            return log_in_cards(request, None, cards)
        messages.info(request, _("None of the chosen is a teacher without a password, so nothing was changed."))
        return None

    def has_erase_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A person is erased, which leaves nothing of her; Django’s own deletion would leave her name in the log."""
        return False

    @admin.action(description=_("Erase"), permissions=["erase"])
    def erase(self, request: HttpRequest, people: QuerySet[User]) -> HttpResponse | None:
        """A page that counts what goes, and asks; it quotes nothing that they wrote."""
        if "apply" in request.POST:
            self._erase(request, people)
            return None
        refusals = {person.pk: sentence for person in people if (sentence := self._refusal(request, person))}
        erased = people.exclude(pk__in=refusals)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Erase for good?"),
            "people": erased,
            "refusals": refusals.values(),
            "counts": what_goes(erased),
            "checkbox_name": helpers.ACTION_CHECKBOX_NAME,
        }
        return render(request, "admin/accounts/user/erase.html", context)

    def _erase(self, request: HttpRequest, people: QuerySet[User]) -> None:
        erased = 0
        for person in people:
            try:
                if person == request.user:
                    raise CannotEraseError(self._refusal(request, person))
                erased += erase(person.pk, by=request.user, now=timezone.now())  # type: ignore[arg-type]
            except CannotEraseError as error:
                messages.error(request, str(error))
        said = ngettext("%(count)d person is erased.", "%(count)d people are erased.", erased)
        messages.success(request, said % {"count": erased})

    def _refusal(self, request: HttpRequest, person: User) -> str:
        if person == request.user:
            return gettext("You cannot erase yourself. Ask another superuser.")
        return refusal(person)


class SchoolClassForm(forms.ModelForm):
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
    extra = 0
    fields = [("name", "first_day", "last_day")]


class TeacherInline(ScopedInline, admin.StackedInline):
    """The teachers of a class; students join by its code or come from a list of names."""

    model = Membership
    extra = 0
    fields = ["user", "can_edit"]
    verbose_name = _("teacher")
    verbose_name_plural = _("teachers")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).filter(role=Membership.Role.TEACHER)


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


@admin.register(SchoolClass)
class SchoolClassAdmin(ScopedHistoryAdmin):
    purpose = _(
        "Your classes. Open one to change its name, its exam board or its teachers, or to go to its students and decks."
    )
    list_display = ["name", "student_count", "archived_at"]
    list_filter = [ArchivedFilter]
    search_fields = ["name"]
    search_help_text = _("Search names of classes.")
    fields = ["name", "exam_board", "free_weekends"]
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


@admin.register(AuditEvent)
class AuditEventAdmin(admin.ModelAdmin):
    """To look at, for a superuser; nobody adds to it here, changes it or takes anything out."""

    list_display = ["at", "kind", "by", "by_number", "of_kind", "of_number", "detail"]
    list_display_links = None
    list_filter = ["kind", "of_kind"]
    list_select_related = ["by"]
    list_per_page = 50
    show_full_result_count = False
    date_hierarchy = "at"
    search_fields = ["by__username", "=by_number", "=of_number"]
    search_help_text = _("Search by the name or the number of who did it, or by the number of what it was done to.")

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.is_superuser

    has_module_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
