"""Kills the server every second for a minute, PostgreSQL too: python -m tests.bench.chaos [--seconds 60]

Students send each answer until it is acknowledged, and one in four is counted before they hear of it: the line breaks
when the answer is sent, or when the reply comes. Afterwards every acknowledged answer must be there exactly once. Then
the same with a guard taken away, which must be noticed: without version and attempt, and with PostgreSQL not waiting
for the disk. Exits with 1 if an answer is lost, counted twice or refused in another way than 503 with Retry-After, or
if a missing guard is not noticed.
"""

import sys
import time
from argparse import ArgumentParser
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.bench.postgresql import running_cluster
from tests.school_server import Server
from tests.storm import Sender, faults, make_students, storm, troubles_of

STUDENTS, CARDS = 8, 3000
BREAKS = 0.25
TRIES = 5
# With the rest it has time to lose something even where few answers come.
NOT_WAITING = ("synchronous_commit=off", "wal_writer_delay=10s", "wal_writer_flush_after=1GB", "wal_buffers=64MB")
ANSWERS_BEFORE = 20
COUNT = "SELECT count(*) FROM cards_reviewlog"
DROP_GUARDS = """
import django; django.setup()
from django.db import connection
from cards.models import ReviewLog
dropped = ("review_log_version_once", "review_log_attempt_once")
guards = [guard for guard in ReviewLog._meta.constraints if guard.name in dropped]
for guard in guards:  # all first: SQLite makes the table anew, with every guard that the model still has
    ReviewLog._meta.constraints.remove(guard)
with connection.schema_editor() as editor:
    for guard in guards:
        editor.remove_constraint(ReviewLog, guard)
"""
UNGUARDED = {"prepare": DROP_GUARDS, "wsgi": "tests.bench.unguarded"}


class Found(NamedTuple):
    outcomes: dict[str, int]
    faults: dict[str, int]
    troubles: dict[str, int]

    @property
    def is_as_promised(self):
        refused = [trouble for trouble in self.troubles if trouble[0].isdigit() and trouble != "503"]
        return not any(self.faults.values()) and not refused


def run(disturb, *, url="", prepare=None, wsgi="pactcards.wsgi"):
    """What became of the answers, and what is wrong afterwards."""
    with TemporaryDirectory(prefix="chaos-") as directory:
        server = Server(Path(directory), database_url=url, ANSWERS_A_MINUTE="0", WSGI=wsgi)
        server.migrate()
        keys = make_students(server, students=STUDENTS, cards=CARDS)
        if prepare:
            server.run("-c", prepare)
        server.start()
        senders = [Sender([server.port], key, breaks=BREAKS) for key in keys]
        try:
            storm(senders, lambda: disturb(server))
            outcomes = Counter(outcome for sender in senders for outcome in sender.acknowledged.values())
            return Found(dict(outcomes), faults(server, senders), troubles_of(senders))
        finally:
            server.kill()


def killing(seconds, *, also=None):
    """The server about once a second, and something else with every third time."""

    def disturb(server):
        end, kills = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            time.sleep(0.7 + kills % 4 / 4)
            server.kill()
            if also and kills % 3 == 2:
                also()
            server.start()
            kills += 1
        print(f"      killed {kills} times in {seconds:g} s", flush=True)

    return disturb


def losing_power(cluster, seconds):
    """PostgreSQL alone, so that answers are acknowledged until the moment it goes."""

    def disturb(_server):
        for _ in range(max(3, round(seconds / 4))):  # one that has just been started waits longest before it writes
            wanted, latest = cluster.value(COUNT) + ANSWERS_BEFORE, time.monotonic() + 20
            while cluster.value(COUNT) < wanted and time.monotonic() < latest:
                time.sleep(0.05)
            cluster.kill()
            cluster.start(*NOT_WAITING)

    return disturb


def away_for(cluster, seconds):
    def disturb(_server):
        time.sleep(2)
        cluster.stop()
        time.sleep(seconds)
        cluster.start()
        time.sleep(3)

    return disturb


@contextmanager
def killed_too(seconds):
    """The address of a PostgreSQL, and what kills it together with the server."""
    with running_cluster() as cluster:
        yield cluster.url, killing(seconds, also=lambda: (cluster.kill(), cluster.start()))


def say(name, found):
    words = [f"{outcome} {count}" for outcome, count in found.outcomes.items()]
    wrong = [f"{kind} {count}" for kind, count in found.faults.items()]
    print(f"{name}: {', '.join(words)}; {', '.join(wrong)}; sent again after {found.troubles or 'nothing'}", flush=True)


def keeps(name, found):
    say(name, found)
    return found.is_as_promised


def is_noticed(name, attempt, kind):
    for number in range(1, TRIES + 1):
        say(f"{name}, try {number}", found := attempt())
        if found.faults[kind]:
            return True
    print(f"{name}: not noticed in {TRIES} tries")
    return False


def on_sqlite(seconds):
    yield keeps("SQLite", run(killing(seconds)))
    yield is_noticed("SQLite without its guard", lambda: run(killing(seconds / 3), **UNGUARDED), "twice")


def on_postgresql(seconds, away):
    with killed_too(seconds) as (url, disturb):
        yield keeps("PostgreSQL, killed too", run(disturb, url=url))
    with running_cluster() as cluster:
        yield keeps(f"PostgreSQL away for {away:g} s", run(away_for(cluster, away), url=cluster.url))

    def unguarded():
        with killed_too(seconds / 3) as (url, disturb):
            return run(disturb, url=url, **UNGUARDED)

    def not_waiting():
        with running_cluster(*NOT_WAITING) as cluster:
            return run(losing_power(cluster, seconds / 3), url=cluster.url)

    yield is_noticed("PostgreSQL without its guard", unguarded, "twice")
    yield is_noticed("PostgreSQL not waiting for the disk", not_waiting, "lost")


def main():
    parser = ArgumentParser(prog="python -m tests.bench.chaos", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="of killing; a third of it for what must be noticed")
    parser.add_argument("--away", type=float, default=10, help="seconds without PostgreSQL")
    arguments = parser.parse_args()
    verdicts = [*on_sqlite(arguments.seconds), *on_postgresql(arguments.seconds, arguments.away)]
    print("all as promised" if all(verdicts) else "NOT as promised")
    sys.exit(not all(verdicts))


if __name__ == "__main__":
    main()
