"""What we ask of allauth beyond its settings."""

import logging
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import counts, sessions
from accounts.audit import Kind, record, record_refused
from accounts.mailings import address
from accounts.models import User
from accounts.user_names import NAME_TAKEN, folded, new_user_name, taken_is_said

logger = logging.getLogger(__name__)
SAID = {
    "account/messages/password_changed.txt",
    "account/messages/password_set.txt",
    "account/messages/email_confirmation_sent.txt",
    "account/messages/email_confirmation_failed.txt",
    "account/messages/email_confirmed.txt",
    "account/messages/email_deleted.txt",
    "mfa/messages/totp_activated.txt",
    "socialaccount/messages/account_connected.txt",
    "socialaccount/messages/account_connected_other.txt",
    "socialaccount/messages/account_disconnected.txt",
    "mfa/messages/totp_deactivated.txt",
    "mfa/messages/webauthn_added.txt",
    "mfa/messages/webauthn_removed.txt",
}
FACTORS = {  # by the mail that allauth would send of it
    "mfa/email/totp_activated": Kind.FACTOR_SET_UP,
    "mfa/email/webauthn_added": Kind.FACTOR_SET_UP,
    "mfa/email/totp_deactivated": Kind.FACTOR_REMOVED,
    "mfa/email/webauthn_removed": Kind.FACTOR_REMOVED,
    "mfa/email/recovery_codes_generated": Kind.FACTOR_CODES,
    "socialaccount/email/account_connected": Kind.SIGN_IN_LINKED,
    "socialaccount/email/account_disconnected": Kind.SIGN_IN_UNLINKED,
}
REAUTHENTICATE_AFTER = timedelta(minutes=5)


def _named(credentials: dict[str, Any]) -> User | None:
    return User.objects.filter(username__iexact=folded(credentials.get("username") or "")).first()


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("The user name or the password is not correct."),
        "username_taken": NAME_TAKEN,
        "username_blacklisted": _("This user name cannot be had. Choose another one."),
    }

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """Say only what the next page would not show: that one is logged in or out needs no banner."""
        if message_template in SAID or message_template is None:
            super().add_message(request, level, message_template, *args, **kwargs)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who has logged in a moment ago need not say once more who she is."""
        began = sessions.began(context.request.session)
        return began is None or timezone.now() - began > REAUTHENTICATE_AFTER

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.SIGNUP != "closed"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            with counts.written_once():
                super().pre_authenticate(request, **credentials)
        except ValidationError:
            name = self._get_login_attempts_cache_key(request, **credentials)
            record_refused(name, of=_named(credentials), now=timezone.now())
            raise

    def _rollback_login_failed_rl_usage(self) -> None:
        with counts.written_once():
            super()._rollback_login_failed_rl_usage()

    @transaction.atomic
    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        sessions.begin(request.session, now=timezone.now())
        record(Kind.LOG_IN, by=user, of=user, now=timezone.now())

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Whose name was tried, if it is anybody’s; what was typed is not kept, it may be a password."""
        record(Kind.LOG_IN_FAILED, of=_named(credentials), now=timezone.now())

    def logout(self, request: HttpRequest) -> None:
        user = request.user
        super().logout(request)
        record(Kind.LOG_OUT, by=user, of=user, now=timezone.now())  # type: ignore[arg-type]

    def clean_username(self, username: str, shallow: bool = False) -> str:
        return super().clean_username(new_user_name(username), shallow)

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Raises NameTakenError; the password is hashed before, for nobody else can write while the row is saved."""
        saved = super().save_user(request, user, form, commit=False)
        if commit:
            with taken_is_said():
                saved.save()
            record(Kind.SIGN_UP, by=saved, of=saved, now=timezone.now())
        return saved

    def set_password(self, user: Any, password: str) -> None:
        super().set_password(user, password)
        record(Kind.PASSWORD_CHANGED, by=user, of=user, now=timezone.now())

    def send_notification_mail(self, template_prefix: str, user: Any, *args: Any, **kwargs: Any) -> None:
        if template_prefix == "account/email/email_deleted" and len(args) < 2:
            return  # to the address that stays; views.email tells the one that goes
        try:
            super().send_notification_mail(template_prefix, user, *args, **kwargs)
        except OSError:  # what it tells of has happened; the mail server is no reason to fail now
            logger.exception("notice not sent")
        if template_prefix in FACTORS:
            record(FACTORS[template_prefix], by=user, of=user, now=timezone.now())

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        confirmed = super().confirm_email(request, email_address)
        if confirmed:
            record(Kind.EMAIL_CONFIRMED, by=email_address.user, of=email_address.user, now=timezone.now())
        return confirmed

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        """To her own address; whoever has confirmed it for another account is shown no page about hers."""
        if not context.request.user.is_authenticated:
            return reverse("account_login")
        return reverse("account_email" if context.request.user == email_address.user else "home")

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return address("account_confirm_email", emailconfirmation.key)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """By the address that the school has set, whatever host the request names."""
        uidb36, _hyphen, token = key.partition("-")
        return address("account_reset_password_from_key", uidb36, token)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("settings")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Wrong passwords are counted by the name alone: allauth adds the host, in which anybody may forge a port."""
        return str(credentials.get("email", credentials.get("username", ""))).lower()

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """A teacher comes to her classes, a student to today’s cards; a page that was asked for goes before."""
        return reverse("teach" if request.user.is_staff else "home")

    def is_safe_url(self, url: str | None) -> bool:
        """What can’t be read as an address is none to go on to."""
        try:
            return super().is_safe_url(url)
        except ValueError:
            return False
