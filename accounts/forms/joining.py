"""The ways in: a card with a code."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User

NO_HELP = {"autocapitalize": "none", "autocorrect": "off", "spellcheck": "false"}


class CodeLoginForm(forms.Form):
    """User name and code from a card, and her own new password twice."""

    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        widget=forms.TextInput(attrs={**NO_HELP, "autocomplete": "username", "autofocus": True}),
    )
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("Capitals, spaces and the hyphen do not matter."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    password1 = forms.CharField(
        label=_("Your new password"),
        max_length=256,
        strip=False,
        help_text=password_validators_help_text_html(),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("Your new password again"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Of the password alone: nothing is said about the code before it is good enough, nor is the code spent."""
        data = self.cleaned_data
        if data.get("password1") and data.get("password2"):
            self.check_password(User(username=data.get("username", "")))
        return data

    def check_password(self, user: User) -> bool:
        """Whether the password is one that `user` may have."""
        try:
            validate_password(self.cleaned_data["password1"], user)
        except ValidationError as error:
            self.add_error("password1", error)
        if self.cleaned_data.get("password1", "") != self.cleaned_data["password2"] and not self.errors:
            self.add_error("password2", _("The two passwords are not the same."))
        return not self.errors
