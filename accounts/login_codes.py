"""WRITES one-time codes: printed on a card for a person, who then chooses a password with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts import codes
from accounts.models import LoginCode, User

FIRST_GOOD_FOR = timedelta(days=14)  # handed out in a lesson, used by the next ones
RESET_GOOD_FOR = timedelta(hours=24)
TEACHER_GOOD_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class LogInCard:
    """What is printed, once: nothing but its hash is kept of the code."""

    user: User
    code: str
    expires_at: datetime

    @property
    def printed_code(self) -> str:
        return codes.as_printed(self.code)


def make_cards(users: Iterable[User], *, now: datetime, good_for: timedelta) -> list[LogInCard]:
    """A new code for each, in the place of an older one."""
    cards = [LogInCard(user, codes.new_code(codes.LOGIN_CODE_LENGTH), now + good_for) for user in users]
    with transaction.atomic():
        LoginCode.objects.filter(user__in=[card.user for card in cards]).delete()
        LoginCode.objects.bulk_create(_stored(card, now) for card in cards)
    return cards


def _stored(card: LogInCard, now: datetime) -> LoginCode:
    code_hash = codes.hash_of(card.code, of=card.user.pk)
    return LoginCode(user=card.user, code_hash=code_hash, made_at=now, expires_at=card.expires_at)


def find_code(username: str, code: str, *, now: datetime) -> LoginCode | None:
    """The stored code that both belong to, if it is still good. A phone may have put a capital letter in front."""
    stored = LoginCode.objects.filter(user__username__iexact=username.strip(), user__is_active=True)
    return next((found for found in stored.select_related("user") if found.fits(code, now=now)), None)


@transaction.atomic
def redeem(login_code: LoginCode, password: str) -> bool:
    """Give its user this password and spend the code; False if another request has spent it first."""
    spent, _ = LoginCode.objects.filter(pk=login_code.pk, code_hash=login_code.code_hash).delete()
    if spent:
        login_code.user.set_password(password)
        login_code.user.save(update_fields=["password"])
    return bool(spent)
