"""Kills the server a second after it has answered, 60 times, PostgreSQL too: python -m tests.bench.chaos [--kills 60]

With the settings that are shipped. Students send each answer until it is acknowledged, and one in four is counted
before they hear of it: the line breaks when the answer is sent, or when the reply comes. Afterwards every acknowledged
answer must be there exactly once. Then the same with a guard taken away, which must be noticed: without version and
attempt, and with PostgreSQL not waiting for the disk. Exits with 1 if an answer is lost, counted twice or refused in
another way than 503 with Retry-After, if too few were acknowledged to say anything, or if a missing guard is not
noticed.
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
from tests.storm import Sender, faults, kill_again_and_again, make_students, storm, troubles_of, wait_for_answers

STUDENTS, CARDS = 16, 1000
BREAKS = 0.25
LEAST_OF_A_KILL = 10  # acknowledged answers
LEAST_BESIDE = 80  # before PostgreSQL is away, and again after it
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
    seconds: float

    @property
    def answers(self):
        return sum(self.outcomes.values())

    def is_as_promised(self, least):
        refused = [trouble for trouble in self.troubles if trouble[0].isdigit() and trouble != "503"]
        return self.answers >= least and not any(self.faults.values()) and not refused


def run(disturb, *, url="", prepare=None, wsgi="pactcards.wsgi"):
    """What became of the answers, and what is wrong afterwards."""
    with TemporaryDirectory(prefix="chaos-") as directory:
        server = Server(Path(directory), database_url=url, ANSWERS_A_MINUTE="0", WSGI=wsgi, WEB_WORKERS="")
        server.migrate()
        keys = make_students(server, students=STUDENTS, cards=CARDS)
        if prepare:
            server.run("-c", prepare)
        server.start()
        senders = [Sender([server.port], key, breaks=BREAKS) for key in keys]
        start = time.monotonic()
        try:
            storm(senders, lambda: disturb(server, senders))
            seconds = time.monotonic() - start
            outcomes = Counter(outcome for sender in senders for outcome in sender.acknowledged.values())
            return Found(dict(outcomes), faults(server, senders), troubles_of(senders), seconds)
        finally:
            server.kill()


def killing(times, *, also=None):
    return lambda server, senders: kill_again_and_again(server, senders, times, also=also)


def losing_power(cluster, times):
    """PostgreSQL alone, so that answers are acknowledged until the moment it goes."""

    def disturb(_server, _senders):
        for _ in range(times):  # one that has just been started waits longest before it writes
            wanted, latest = cluster.value(COUNT) + ANSWERS_BEFORE, time.monotonic() + 20
            while cluster.value(COUNT) < wanted and time.monotonic() < latest:
                time.sleep(0.05)
            cluster.kill()
            cluster.start(*NOT_WAITING)

    return disturb


def away_for(cluster, seconds):
    def disturb(_server, senders):
        wait_for_answers(senders, LEAST_BESIDE)
        cluster.stop()
        time.sleep(seconds)
        cluster.start()
        wait_for_answers(senders, LEAST_BESIDE)

    return disturb


@contextmanager
def killed_too(times):
    """The address of a PostgreSQL, and what kills it together with the server."""
    with running_cluster() as cluster:
        yield cluster.url, killing(times, also=lambda: (cluster.kill(), cluster.start()))


def say(name, found):
    words = [f"{outcome} {count}" for outcome, count in found.outcomes.items()]
    wrong = [f"{kind} {count}" for kind, count in found.faults.items()]
    print(f"{name}: {found.answers} acknowledged in {found.seconds:.0f} s ({', '.join(words)}); {', '.join(wrong)}")
    print(f"      sent again after {found.troubles or 'nothing'}", flush=True)


def keeps(name, found, *, least):
    say(name, found)
    if found.answers < least:
        print(f"      too few answers: at least {least} are wanted")
    return found.is_as_promised(least)


def is_noticed(name, attempt, kind):
    for number in range(1, TRIES + 1):
        say(f"{name}, try {number}", found := attempt())
        if found.faults[kind]:
            return True
    print(f"{name}: not noticed in {TRIES} tries")
    return False


def on_sqlite(kills, few):
    yield keeps(f"SQLite, {kills} kills", run(killing(kills)), least=kills * LEAST_OF_A_KILL)
    yield is_noticed(f"SQLite without its guard, {few} kills", lambda: run(killing(few), **UNGUARDED), "twice")


def on_postgresql(kills, few, away):
    with killed_too(kills) as (url, disturb):
        found = run(disturb, url=url)
    yield keeps(f"PostgreSQL, {kills} kills, itself too with every third", found, least=kills * LEAST_OF_A_KILL)
    with running_cluster() as cluster:
        found = run(away_for(cluster, away), url=cluster.url)
    was_away = "503" in found.troubles
    yield keeps(f"PostgreSQL away for {away:g} s", found, least=2 * LEAST_BESIDE) and was_away

    def unguarded():
        with killed_too(few) as (url, disturb):
            return run(disturb, url=url, **UNGUARDED)

    def not_waiting():
        with running_cluster(*NOT_WAITING) as cluster:
            return run(losing_power(cluster, few), url=cluster.url)

    yield is_noticed(f"PostgreSQL without its guard, {few} kills", unguarded, "twice")
    yield is_noticed(f"PostgreSQL not waiting for the disk, {few} kills of itself", not_waiting, "lost")


def main():
    parser = ArgumentParser(prog="python -m tests.bench.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=60, help="a tenth of it where a guard is missing")
    parser.add_argument("--away", type=float, default=10, help="seconds without PostgreSQL")
    arguments = parser.parse_args()
    kills, few = arguments.kills, max(5, arguments.kills // 10)
    verdicts = [*on_sqlite(kills, few), *on_postgresql(kills, few, arguments.away)]
    print("all as promised" if all(verdicts) else "NOT as promised")
    sys.exit(not all(verdicts))


if __name__ == "__main__":
    main()
