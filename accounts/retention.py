"""WRITES whose account is needed no longer: who is told of it, who is spared, who is erased, and what else is old.

A student who has had no class for a year, or has not been here for two, is erased a month after teachers and superusers
were told. Whoever logs in or joins a class in the meantime stays. Nobody who works here is ever erased by time.
"""

from datetime import datetime, timedelta

from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.audit import AuditEvent
from accounts.erasure import CannotEraseError, erase
from accounts.mailings import reachable
from accounts.models import LoginCode, Membership, SchoolClass, User

LEAVER_AFTER = timedelta(days=365)
INACTIVE_AFTER = timedelta(days=730)
NOTICE = timedelta(days=30)
AUDIT_KEPT = timedelta(days=365)
CODES_KEPT = timedelta(days=30)  # so long a list of students says that a card has run out


def expiring(at: datetime) -> QuerySet[User]:
    """Students whose accounts are needed no longer at `at`, as far as one can tell."""
    a_year_ago = at - LEAVER_AFTER
    hers = Membership.objects.students().filter(user=OuterRef("pk"))
    class_since = Q(school_class__archived_at=None) | Q(school_class__archived_at__gt=a_year_ago)
    has_left = Q(left_class_at__lte=a_year_ago) | Q(Q(left_class_at=None) & Exists(hers))
    is_leaver = ~Exists(hers.filter(class_since)) & has_left & _not_seen_since(a_year_ago)
    students = User.objects.filter(is_staff=False, is_superuser=False)
    seen = students.annotate(seen_at=Coalesce("last_login", "date_joined"))
    return seen.filter(is_leaver | _not_seen_since(at - INACTIVE_AFTER))


def _not_seen_since(then: datetime) -> Q:
    """Neither logged in nor studied: a log-in may last for weeks."""
    return Q(seen_at__lte=then) & (Q(studied_on=None) | Q(studied_on__lt=then.date()))


def to_spare(now: datetime) -> QuerySet[User]:
    """Told of, and here again since."""
    return User.objects.exclude(erase_told_at=None).exclude(pk__in=expiring(now + NOTICE).values("pk"))


def to_tell(now: datetime) -> QuerySet[User]:
    return expiring(now + NOTICE).filter(erase_told_at=None)


def to_erase(now: datetime) -> QuerySet[User]:
    return expiring(now).filter(erase_told_at__lte=now - NOTICE)


def told_to(reader: User) -> QuerySet[User]:
    """Those who will be erased, with `erased_from`, for a teacher of their classes and of the last one that they left,
    and for a superuser.
    """
    marked = User.objects.exclude(erase_told_at=None).annotate(
        erased_from=ExpressionWrapper(F("erase_told_at") + NOTICE, output_field=DateTimeField())
    )
    told = marked.order_by("erase_told_at", "first_name", "last_name", "username")
    if reader.is_superuser:
        return told
    classes = SchoolClass.objects.visible_to(reader)
    hers = Membership.objects.students().filter(school_class__in=classes)
    return told.filter(Q(pk__in=hers.values("user")) | Q(left_class__in=classes))


def readers() -> QuerySet[User]:
    """Who can be told by e-mail."""
    return reachable().filter(is_staff=True)


def spare(now: datetime) -> int:
    return User.objects.filter(pk__in=to_spare(now).values("pk")).update(erase_told_at=None)


def tell(now: datetime) -> int:
    return User.objects.filter(pk__in=to_tell(now).values("pk")).update(erase_told_at=now)


def erase_expired(now: datetime) -> tuple[int, int]:
    """How many are gone, and how many could not go because something hangs on them."""
    erased = refused = 0
    for number in list(to_erase(now).values_list("pk", flat=True)):
        try:
            erased += erase(number, by=None, now=now)
        except CannotEraseError:
            refused += 1
    return erased, refused


def old_events(now: datetime) -> QuerySet[AuditEvent]:
    return AuditEvent.objects.filter(at__lt=now - AUDIT_KEPT)


def old_codes(now: datetime) -> QuerySet[LoginCode]:
    return LoginCode.objects.filter(expires_at__lt=now - CODES_KEPT)
