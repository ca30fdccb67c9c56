"""The daily reminder by e-mail: who wants it, one for each study day, and the link that stops it without log-in."""

from datetime import date

from django.core import signing
from django.db.models import Q, QuerySet

from accounts.models import User

SIGNER = signing.Signer(salt="accounts.reminder_stop")


def students_to_remind() -> QuerySet[User]:
    return User.objects.filter(is_active=True, daily_reminder=True).exclude(email="")


def claim(user: User, *, today: date) -> bool:
    """Take the reminder of this study day; False if it was taken before or she has stopped it by now.

    Compared and set in one statement, so of two commands that run at the same time only one gets it.
    """
    not_yet = Q(reminded_on=None) | Q(reminded_on__lt=today)
    return students_to_remind().filter(not_yet, pk=user.pk).update(reminded_on=today) == 1


def give_back(user: User, *, today: date) -> None:
    """Undo a claim after a mail that could not be sent, so that the next run tries again."""
    User.objects.filter(pk=user.pk, reminded_on=today).update(reminded_on=user.reminded_on)


def stop_token(user: User) -> str:
    """Names the student to `reminder_stop`; it can do nothing else and never expires, since old mails are kept."""
    return SIGNER.sign(str(user.pk))


def user_id_of(token: str) -> int | None:
    try:
        return int(SIGNER.unsign(token))
    except signing.BadSignature:
        return None


def stop(user_id: int) -> None:
    User.objects.filter(pk=user_id).update(daily_reminder=False)
