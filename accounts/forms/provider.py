"""Signing up with an account at Google or Microsoft: a user name, the code of a class, and no password."""

from typing import Any

from allauth.socialaccount import forms

from accounts.forms.joining import ClassCodeForm


class SignupForm(ClassCodeForm, forms.SignupForm):
    def _get_signup_fields(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        """Without an address, which allauth’s own looks for here even where nobody is asked for one."""
        kwargs.pop("email_required", None)
        return super()._get_signup_fields(kwargs)
