"""Writes: what a student puts beside a card, a note or a flag."""

from datetime import datetime

from accounts.models import User
from cards.models import Card, Flag, Note


def write_note(user: User, card: Card, text: str) -> None:
    """Keep her note; an empty one is taken away."""
    if text:
        Note.objects.update_or_create(user=user, card=card, defaults={"text": text})
    else:
        Note.objects.filter(user=user, card=card).delete()


def raise_flag(user: User, card: Card, reason: str, *, now: datetime) -> None:
    """Tell the teacher that the card seems wrong; a second time replaces the reason of a standing flag."""
    Flag.objects.update_or_create(user=user, card=card, settled_at=None, defaults={"reason": reason, "raised_at": now})


def settle_flag(flag: Flag, *, now: datetime) -> None:
    """A teacher has seen to it; a second time changes nothing."""
    Flag.objects.standing().filter(pk=flag.pk).update(settled_at=now)
