"""Under what name a count of a limit is kept: nobody can read an address or a user name out of it."""

from django.utils.crypto import salted_hmac


def hashed_key(key: str, prefix: str, version: int) -> str:
    return salted_hmac("accounts.counts", f"{prefix}:{version}:{key}", algorithm="sha256").hexdigest()
