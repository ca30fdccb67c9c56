"""Answers of a passkey that no browser wrote are refused in words; allauth's own forms fall over some of them."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms

NONSENSE = (KeyError, TypeError, ValueError, AttributeError, IndexError, struct.error)


@contextmanager
def _refuse_nonsense() -> Iterator[None]:
    try:
        yield
    except NONSENSE as error:
        raise get_adapter().validation_error("incorrect_code") from error


class AddForm(forms.AddWebAuthnForm):
    def clean(self) -> dict[str, Any]:
        with _refuse_nonsense():
            return super().clean()


class AuthenticateForm(forms.AuthenticateWebAuthnForm):
    def clean_credential(self) -> Any:
        with _refuse_nonsense():
            return super().clean_credential()


class LoginForm(forms.LoginWebAuthnForm):
    def clean_credential(self) -> Any:
        with _refuse_nonsense():
            return super().clean_credential()


class ReauthenticateForm(forms.ReauthenticateWebAuthnForm):
    def clean_credential(self) -> Any:
        with _refuse_nonsense():
            return super().clean_credential()
