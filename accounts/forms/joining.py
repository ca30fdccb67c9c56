"""The ways in: a card with a code, the code of a class."""

from contextlib import suppress
from typing import Any

from allauth.account import forms as allauth_forms
from allauth.core import context
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import join_limits, roster
from accounts.models import User
from accounts.passwords import refuse_words, words_in

NO_SUCH_CLASS = _(
    "No class can be joined with this code. Copy it again from the board, or ask your teacher for a new one."
)
ASK_FOR_A_CODE = _("To sign up here you need the code of your class. Ask your teacher for it.")
CLASS_IS_FULL = _("There is no room in this class any more. Tell your teacher.")
CODE_WIDGET = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
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
        widget=forms.TextInput(attrs=CODE_WIDGET),
    )
    password1 = forms.CharField(
        label=_("Your new password"),
        strip=False,
        help_text=password_validators_help_text_html(),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("Your new password again"),
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


def no_such_class(request: HttpRequest) -> ValidationError:
    """What is said of a wrong code, which is counted."""
    return ValidationError(NO_SUCH_CLASS, code=None if join_limits.may_be_wrong(request) else join_limits.WRONG)


class JoinForm(forms.Form):
    code = forms.CharField(
        label=_("Code of the class"),
        max_length=40,
        help_text=_("Capitals, spaces and the hyphen do not matter."),
        widget=forms.TextInput(attrs=CODE_WIDGET),
    )


class ClassCodeForm(forms.Form):
    """With the code of a class she lands in it; a part of every form with which one signs up."""

    class_code = forms.CharField(
        label=_("Code of your class (if you have one)"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs=CODE_WIDGET),
    )
    field_order = ["username", "password1", "password2", "class_code"]
    class_name = ""  # of the class whose code it is

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name")
        self.fields["username"].widget.attrs.pop("placeholder", None)
        if settings.SIGNUP == "code":
            self.fields["class_code"].required = True
            self.fields["class_code"].label = _("Code of your class")
            self.fields["class_code"].error_messages["required"] = ASK_FOR_A_CODE

    def clean_class_code(self) -> str:
        code = self.cleaned_data["class_code"]
        if not code:
            return ""
        if not join_limits.may_try(context.request, join_limits.name_in(self)):
            raise ValidationError(NO_SUCH_CLASS, code=join_limits.VISITOR)
        try:
            self.class_name = roster.check_code(code).name
        except roster.NoSuchCodeError:
            raise no_such_class(context.request) from None
        except roster.FullError:
            raise ValidationError(CLASS_IS_FULL) from None
        return code

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        """A class that was closed or filled in this very moment does not cost her the account."""
        super().custom_signup(request, user)  # type: ignore[misc]
        if self.cleaned_data["class_code"]:
            with suppress(roster.NoSuchCodeError, roster.FullError), transaction.atomic():
                roster.join(user, self.cleaned_data["class_code"])


class SignupForm(ClassCodeForm, allauth_forms.SignupForm):
    def clean(self) -> dict[str, Any]:
        super().clean()
        try:
            refuse_words(self.cleaned_data.get("password1", ""), words_in(self.class_name))
        except ValidationError as error:
            self.add_error("password1", error)
        return self.cleaned_data
