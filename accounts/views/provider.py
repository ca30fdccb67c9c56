"""The sign-up after Google or Microsoft, which is allauth’s but for what is written down of it."""

from typing import Any

from allauth.socialaccount.views import SignupView
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from accounts import join_limits
from accounts.audit import Kind, record
from accounts.user_names import NAME_TAKEN, NameTakenError


class ProviderSignUp(SignupView):
    def form_valid(self, form: Any) -> HttpResponse:
        try:
            response = super().form_valid(form)
        except NameTakenError:
            form.add_error("username", NAME_TAKEN)
            return self.form_invalid(form)
        user = self.sociallogin.user
        for membership in user.memberships.all() if user and user.pk else ():  # with a code she is in its class
            record(Kind.STUDENT_JOINED, by=user, of=membership.school_class, now=timezone.now())
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        return join_limits.refused(self.request, form, now=timezone.now()) or super().form_invalid(form)


@login_not_required
def not_here(request: HttpRequest) -> HttpResponse:
    """Google’s way in without a redirect, which needs a script of theirs on our page."""
    raise Http404
