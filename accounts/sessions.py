"""WRITES who is logged in: ends all sessions of a person without looking for them."""

from django.db.models import F

from accounts.models import User


def end_all(user: User) -> None:
    """On every device; whoever wants to keep one gives it the new hash."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])
