"""Where the counts of limits are kept: under a name that nobody can read an address or a user name out of."""

from contextlib import AbstractContextManager, nullcontext

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac


def hashed_key(key: str, prefix: str, version: int) -> str:
    return salted_hmac("accounts.counts", f"{prefix}:{version}:{key}", algorithm="sha256").hexdigest()


def written_once() -> AbstractContextManager[None]:
    """Lock, count and unlock in one transaction: a school that logs in at once waits for the disk at each."""
    return transaction.atomic() if settings.COUNTS_IN_DATABASE else nullcontext()
