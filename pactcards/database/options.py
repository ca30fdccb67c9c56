"""What a connection is set to, for settings.py; `checks` looks whether the database obeys."""

import socket
import sqlite3
from hashlib import sha256
from pathlib import Path
from typing import Any

PAGE_WAITS = "-c statement_timeout=15000 -c lock_timeout=3000 -c idle_in_transaction_session_timeout=30000"
COMMAND_WAITS = "-c lock_timeout=3000"  # a migration or a check of a whole country may take longer than any page
ASKED_BEFORE = 2  # so often by a connection, before a query is prepared


def sqlite_options() -> dict[str, Any]:
    """Before 3.51.3 the write-ahead log could be reset under a reader and lose pages.

    A journal that is deleted may be there again after a power cut and take the last answer back; that it is truncated
    is on the disk with the commit.
    """
    journal = "WAL" if sqlite3.sqlite_version_info >= (3, 51, 3) else "TRUNCATE"
    return {
        "transaction_mode": "IMMEDIATE",
        "timeout": 15,  # who waits is not served in turn: with 5 seconds some in a school that logs in waited in vain
        "init_command": f"PRAGMA journal_mode={journal}; PRAGMA synchronous=FULL; PRAGMA mmap_size=0",
    }


def application_name(data_dir: Path) -> str:
    """By it PostgreSQL tells those who share one `.data`, and with it one maintenance, from those of other machines.

    Host names alone may be the same, and so may be the numbers of machines that were copied.
    """
    number = Path("/etc/machine-id")
    place = f"{number.read_text() if number.exists() else ''} {data_dir}"
    return f"pactcards {socket.gethostname()[:40]} {sha256(place.encode()).hexdigest()[:8]}"


def postgresql_options(data_dir: Path, *, pool_size: int, is_prepared: bool, is_command: bool) -> dict[str, Any]:
    """With a pool Django must not keep connections itself: CONN_MAX_AGE is 0.

    Prepared, a connection plans a query once and not at each answer: planning the access rule took PostgreSQL several
    times as long as looking the rows up.
    """
    pool = {"pool": {"min_size": 1, "max_size": pool_size, "timeout": 10}} if pool_size else {}
    prepared = {"server_side_binding": True, "prepare_threshold": ASKED_BEFORE} if is_prepared else {}
    waits = COMMAND_WAITS if is_command else PAGE_WAITS
    return {"application_name": application_name(data_dir), "options": waits, **pool, **prepared}
