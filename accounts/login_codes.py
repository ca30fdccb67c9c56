"""WRITES one-time codes: printed on a card for a person, who then chooses a password with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from accounts import codes
from accounts.models import LoginCode, User
from accounts.user_names import folded

FIRST_GOOD_FOR = timedelta(days=14)  # handed out in a lesson, used by the next ones
RESET_GOOD_FOR = timedelta(hours=24)
TEACHER_GOOD_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class LogInCard:
    """What is printed, once: nothing but its hash is kept of the code."""

    user: User
    code: str
    expires_at: datetime
    lost: Mapping[str, int] = field(default_factory=dict)  # what was taken from her with the password

    @property
    def printed_code(self) -> str:
        return codes.as_printed(self.code)


def make_cards(
    users: Iterable[User], *, now: datetime, good_for: timedelta, lost: Mapping[int, Mapping[str, int]] | None = None
) -> list[LogInCard]:
    """A new code for each, in the place of an older one."""
    cards = [
        LogInCard(user, codes.new_code(codes.LOGIN_CODE_LENGTH), now + good_for, (lost or {}).get(user.pk, {}))
        for user in users
    ]
    with transaction.atomic():
        older = LoginCode.objects.filter(user__in=[card.user for card in cards])
        untold = set(older.filter(more_was_lost=True).values_list("user", flat=True))
        older.delete()
        LoginCode.objects.bulk_create(_stored(card, now, untold) for card in cards)
    return cards


def _stored(card: LogInCard, now: datetime, untold: set[int]) -> LoginCode:
    return LoginCode(
        user=card.user,
        code_hash=codes.hash_of(card.code, of=card.user.pk),
        made_at=now,
        expires_at=card.expires_at,
        more_was_lost=bool(card.lost) or card.user.pk in untold,
    )


def expire(login_codes: QuerySet[LoginCode], *, now: datetime) -> int:
    """How many of them were good until now; what a person has lost with her password is still told with the next."""
    return LoginCode.objects.filter(pk__in=login_codes.values("pk"), expires_at__gt=now).update(expires_at=now)


def find_code(username: str, code: str, *, now: datetime) -> LoginCode | None:
    """The stored code that both belong to, if it is still good. A phone may have put a capital letter in front."""
    stored = LoginCode.objects.filter(user__username__iexact=folded(username), user__is_active=True)
    return next((found for found in stored.select_related("user") if found.fits(code, now=now)), None)


@transaction.atomic
def redeem(login_code: LoginCode, password: str) -> bool:
    """Give its user this password and spend the code; False if another request has spent it first."""
    spent, _ = LoginCode.objects.filter(pk=login_code.pk, code_hash=login_code.code_hash).delete()
    if spent:
        login_code.user.set_password(password)
        login_code.user.save(update_fields=["password"])
    return bool(spent)
