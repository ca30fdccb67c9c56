"""The weekly digest by e-mail: which teachers want it, one for each week, and the link that stops it without log-in."""

from datetime import date

from django.core import signing
from django.db.models import Q, QuerySet

from accounts.days import monday_of
from accounts.models import User

SIGNER = signing.Signer(salt="accounts.digest_stop")


def teachers_to_write_to() -> QuerySet[User]:
    return User.objects.filter(is_active=True, is_staff=True, weekly_digest=True).exclude(email="")


def is_sent(user: User, *, today: date) -> bool:
    """Whether she has had the digest of this week, Monday to Sunday."""
    return user.digested_on is not None and user.digested_on >= monday_of(today)


def claim(user: User, *, today: date) -> bool:
    """Take the digest of this week; False if it was taken before or she has stopped it by now.

    Compared and set in one statement, so of two commands that run at the same time only one gets it.
    """
    not_yet = Q(digested_on=None) | Q(digested_on__lt=monday_of(today))
    return teachers_to_write_to().filter(not_yet, pk=user.pk).update(digested_on=today) == 1


def give_back(user: User, *, today: date) -> None:
    """Undo a claim after a mail that could not be sent, so that the next run tries again."""
    User.objects.filter(pk=user.pk, digested_on=today).update(digested_on=user.digested_on)


def stop_token(user: User) -> str:
    """Names the teacher to `digest_stop`; it can do nothing else and never expires, since old mails are kept."""
    return SIGNER.sign(str(user.pk))


def user_id_of(token: str) -> int | None:
    try:
        return int(SIGNER.unsign(token))
    except signing.BadSignature:
        return None


def stop(user_id: int) -> None:
    User.objects.filter(pk=user_id).update(weekly_digest=False)
