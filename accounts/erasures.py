"""WRITES and reads the list of who was erased. It lies outside the database, so that a restored backup can be told.

A line holds the time, a salt, and the hash of her number and of the moment at which her account was made: it names
nobody, and fits nobody who gets the number later. Lists of several machines may simply be joined.
"""

import os
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from accounts.models import User


def note_erased(number: int, joined: datetime, *, now: datetime) -> None:
    """On the disk when it returns. Raises OSError."""
    path = settings.ERASURES_FILE
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    salt = next(iter(_by_salt([path])), None) or secrets.token_hex(8)
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ} {salt} {_hash(salt, number, joined)}\n".encode())
        os.fsync(file)
    finally:
        os.close(file)


def erased_but_here(paths: Iterable[Path]) -> Iterator[int]:
    """The numbers of those who are in a list and, by a restored backup, in the database again."""
    by_salt = _by_salt(paths)
    for number, joined in User.objects.values_list("pk", "date_joined"):
        if any(_hash(salt, number, joined) in hashes for salt, hashes in by_salt.items()):
            yield number


def _by_salt(paths: Iterable[Path]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for path in paths:
        for line in path.read_text().splitlines() if path.exists() else []:
            if len(parts := line.split()) == 3:
                found[parts[1]].add(parts[2])
    return found


def _hash(salt: str, number: int, joined: datetime) -> str:
    return sha256(f"{salt} {number} {joined.astimezone(UTC).isoformat()}".encode()).hexdigest()
