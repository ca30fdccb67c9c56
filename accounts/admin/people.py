"""People in the admin, for a superuser."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.audit import Kind, record, record_each
from accounts.erasure import CannotEraseError, erase, refusal, what_goes
from accounts.forms.invite import InviteForm
from accounts.forms.people import NewPersonForm, PersonForm
from accounts.invite import invite_again, invite_teacher
from accounts.login_codes import LogInCard
from accounts.models import User
from accounts.user_names import NAME_TAKEN, NameTakenError
from accounts.views.privacy import copy_of
from accounts.views.students import log_in_cards

admin.site.unregister(Group)  # of groups there is the one that a migration makes; rights are given to a person
FOUND = 302
RIGHTS = {"is_active", "is_staff", "is_superuser", "groups", "user_permissions"}


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    form, add_form = PersonForm, NewPersonForm
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

    readonly_fields = ["email"]  # she gives it and confirms it herself
    actions = ["invite_again", "erase"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Of a superuser, whatever rights a group has been given: the form makes others superusers."""
        return request.user.is_active and request.user.is_superuser

    has_add_permission = has_change_permission = has_module_permission = has_view_permission

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

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form has looked for others of this name; somebody may have come by it since."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError:
            messages.error(request, NAME_TAKEN)
            return redirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            record(Kind.ACCOUNT_MADE, by=request.user, of=obj, now=timezone.now())
        elif "username" in form.changed_data:
            record(Kind.RENAMED, by=request.user, of=obj, now=timezone.now())

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
        if form.is_valid() and (card := self._invited(form)):
            self.log_addition(request, card.user, gettext("Invited as a teacher."))
            record(Kind.TEACHER_INVITED, by=request.user, of=card.user, now=timezone.now())
            return log_in_cards(request, None, [card])
        context = {**self.admin_site.each_context(request), "title": _("Invite a teacher"), "form": form}
        status = 422 if form.is_bound else 200
        return render(request, "admin/accounts/user/invite_teacher.html", context, status=status)

    def _invited(self, form: InviteForm) -> LogInCard | None:
        try:
            return invite_teacher(form.save(commit=False), now=timezone.now())
        except NameTakenError:
            form.add_error("username", NAME_TAKEN)
            return None

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
