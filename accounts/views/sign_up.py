"""The sign-up page, which is allauth's but where the school has closed it."""

from typing import Any

from allauth.account.views import SignupView
from django.http import HttpResponse
from django.utils import timezone

from accounts import join_limits
from accounts.audit import Kind, record
from accounts.replanning import replan
from accounts.user_names import NAME_TAKEN, NameTakenError

FORBIDDEN = 403


class SignUp(SignupView):
    def form_valid(self, form: Any) -> HttpResponse:
        try:
            response = super().form_valid(form)
        except NameTakenError:
            form.add_error("username", NAME_TAKEN)
            return self.form_invalid(form)
        for membership in self.user.memberships.all() if self.user else ():  # with a code she is in its class
            record(Kind.STUDENT_JOINED, by=self.user, of=membership.school_class, now=timezone.now())
            replan([self.user.pk], now=timezone.now())
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        return join_limits.refused(self.request, form, now=timezone.now()) or super().form_invalid(form)

    def closed(self) -> HttpResponse:
        """Whom to ask; and what was posted all the same is refused with the status that means it."""
        response = super().closed()
        if self.request.method == "POST":
            response.status_code = FORBIDDEN
        return response
