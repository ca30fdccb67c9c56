"""WRITES who is logged in, and for how long."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.db.models import F

from accounts.models import User

BEGAN, SEEN = "log_in_began", "log_in_seen"  # in a session: when she logged in, and when it was last noted


@dataclass(frozen=True, slots=True)
class Life:
    """How long a log-in lasts without a request, and at most."""

    idle: timedelta
    most: timedelta


STAFF = Life(idle=timedelta(hours=1), most=timedelta(hours=10))
STUDENT = Life(idle=timedelta(hours=12), most=timedelta(hours=12))  # and till the browser closes
OWN_DEVICE = Life(idle=timedelta(days=14), most=timedelta(days=60))


def end_all(user: User) -> None:
    """On every device; whoever wants to keep one gives it the new hash."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])


def begin(session: SessionBase, *, now: datetime) -> None:
    """Till the browser closes, unless she has said that it is her own device."""
    if "_session_expiry" not in session:
        session.set_expiry(0)
    session[BEGAN] = session[SEEN] = int(now.timestamp())


def began(session: SessionBase) -> datetime | None:
    return _moment(session, BEGAN)


def keep_up(session: SessionBase, user: User, *, now: datetime) -> bool:
    """Whether the log-in goes on. That she is here is written once in a tenth of the idle time, not at each request."""
    start, seen = began(session), _moment(session, SEEN)
    if start is None or seen is None:
        return True  # not from a log-in page: Django's own age ends it
    life = _life(session, user)
    if now - start >= life.most or now - seen >= life.idle:
        return False
    if life.idle < life.most and now - seen >= life.idle / 10:
        session[SEEN] = int(now.timestamp())
    return True


def _life(session: SessionBase, user: User) -> Life:
    if user.is_staff or user.is_superuser:
        return STAFF
    return STUDENT if session.get_expire_at_browser_close() else OWN_DEVICE


def _moment(session: SessionBase, name: str) -> datetime | None:
    seconds = session.get(name)
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
