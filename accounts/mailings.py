"""Mails that come again and again: who wants them, one for each day or week, and the link that ends them.

Both halves of it: what the two commands do for each reader, and what the pages do that a mail leads to.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, override

from accounts.models import User

SENT, FAILED, NOT_NOW = "sent", "failed", "not now"


def reachable() -> QuerySet[User]:
    """Whose address somebody has confirmed; to no other anything is ever sent unasked."""
    confirmed = EmailAddress.objects.filter(user=OuterRef("pk"), email=OuterRef("email"), verified=True)
    return User.objects.filter(Exists(confirmed), is_active=True)


def address_of(user: User) -> dict[str, Any]:
    """What a page says of it: the one in use, and one that awaits its confirmation."""
    hers = {address.verified: address for address in EmailAddress.objects.filter(user=user).order_by("pk")}
    return {
        "email_is_set_up": settings.EMAIL_IS_SET_UP,
        "current_emailaddress": hers.get(True),
        "new_emailaddress": hers.get(False),
    }


def address(name: str, *args: Any) -> str:
    return settings.SITE_URL + reverse(name, args=args)


@dataclass(frozen=True, slots=True)
class Mailing:
    """`choice` and `taken_on` are fields of the user: whether she wants it, and on which day she had the last."""

    choice: str
    taken_on: str
    stop_page: str
    of_staff: bool

    def readers(self) -> QuerySet[User]:
        return reachable().filter(Q(is_staff=True) if self.of_staff else Q(), **{self.choice: True})

    def claim(self, user: User, *, today: date, since: date) -> bool:
        """Take the mail of today; False if one was taken `since` this day, or she has stopped it by now.

        Compared and set in one statement, so of two commands that run at the same time only one gets it.
        """
        not_yet = Q(**{self.taken_on: None}) | Q(**{f"{self.taken_on}__lt": since})
        return self.readers().filter(not_yet, pk=user.pk).update(**{self.taken_on: today}) == 1

    def give_back(self, user: User, *, today: date) -> None:
        """Undo a claim after a mail that could not be sent, so that the next run tries again."""
        hers = User.objects.filter(pk=user.pk, **{self.taken_on: today})
        hers.update(**{self.taken_on: getattr(user, self.taken_on)})

    def is_taken(self, user: User, *, since: date) -> bool:
        taken_on = getattr(user, self.taken_on)
        return taken_on is not None and taken_on >= since

    def stop_token(self, user: User) -> str:
        """Names her to the page that stops it; it can do nothing else and never expires, since old mails are kept."""
        return self._signer.sign(str(user.pk))

    def user_id_of(self, token: str) -> int | None:
        try:
            return int(self._signer.unsign(token))
        except signing.BadSignature:
            return None

    def stop(self, user_id: int) -> None:
        User.objects.filter(pk=user_id).update(**{self.choice: False})

    @property
    def _signer(self) -> signing.Signer:
        return signing.Signer(salt=f"accounts.{self.stop_page}")

    def letter(self, user: User, subject: str, template: str, context: dict[str, Any]) -> EmailMessage:
        """Plain text, with a link that ends it and the header by which a mail program does so at one click."""
        stop_url = address(self.stop_page, self.stop_token(user))
        links = {"settings_url": address("settings"), "stop_url": stop_url}
        headers = {
            "List-Unsubscribe": f"<{stop_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
            "Content-Language": str(get_language()),
        }
        return EmailMessage(subject, render_to_string(template, context | links), to=[user.email], headers=headers)

    def send_once(
        self, command: BaseCommand, user: User, write: Callable[[], EmailMessage], *, today: date, since: date
    ) -> str:
        """What `write` returns, in her language; whatever a mail server does to one reader, the others get theirs."""
        if not self.claim(user, today=today, since=since):
            return NOT_NOW
        try:
            with override(user.language or settings.LANGUAGE_CODE):
                write().send()
        except Exception as error:
            self.give_back(user, today=today)
            command.stderr.write(f"user {user.pk}: {type(error).__name__}")  # its words may hold her address
            return FAILED
        return SENT


REMINDER = Mailing("daily_reminder", "reminded_on", "reminder_stop", of_staff=False)
DIGEST = Mailing("weekly_digest", "digested_on", "digest_stop", of_staff=True)


def add_if_set_up(parser: CommandParser) -> None:
    parser.add_argument("--if-set-up", action="store_true", help="where no mail is set up do nothing and say nothing")


def is_set_up(what: str, *, or_say: bool) -> bool:
    """Cron need not be told every hour why nothing is sent, a person wants to know."""
    if or_say and not settings.EMAIL_IS_SET_UP:
        raise CommandError(f"{what} are off: EMAIL_URL is not set.")
    return settings.EMAIL_IS_SET_UP


def tell(command: BaseCommand, results: Iterable[str]) -> None:
    """How many were sent; an error, for whoever reads what cron says, if some could not be."""
    found = list(results)
    command.stdout.write(f"{found.count(SENT)} sent")
    if failed := found.count(FAILED):
        raise CommandError(f"{failed} could not be sent; the next run tries again")
