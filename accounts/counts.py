"""WRITES the counts of limits: under a name that nobody can read an address or a user name out of."""

from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.utils.crypto import salted_hmac


def hashed_key(key: str, prefix: str, version: int) -> str:
    return salted_hmac("accounts.counts", f"{prefix}:{version}:{key}", algorithm="sha256").hexdigest()


def forget_expired(now: datetime) -> None:
    """Django itself forgets them only when there are very many."""
    if settings.COUNTS_IN_DATABASE:
        table = connection.ops.quote_name(settings.CACHES["default"]["LOCATION"])
        with connection.cursor() as cursor:
            expired = connection.ops.adapt_datetimefield_value(now)
            cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [expired])  # noqa: S608


def written_once() -> AbstractContextManager[None]:
    """Lock, count and unlock in one transaction: a school that logs in at once waits for the disk at each."""
    return transaction.atomic() if settings.COUNTS_IN_DATABASE else nullcontext()
