"""Kills the server every second for a minute, PostgreSQL too: python -m tests.bench.chaos

Students send each answer until it is acknowledged; afterwards every acknowledged one must be there exactly once. Then
the same with a guard taken away, which must be noticed: without version and attempt on SQLite, and with PostgreSQL not
waiting for the disk.
"""

import time
from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.postgresql import running_cluster
from tests.school_server import Server
from tests.storm import Sender, faults, make_students, storm

STUDENTS, CARDS = 8, 3000
TRIES = 5
DROP_GUARDS = """
import django; django.setup()
from django.db import connection
from cards.models import ReviewLog
with connection.schema_editor() as editor:
    for guard in ReviewLog._meta.constraints:
        if guard.name in ("review_log_version_once", "review_log_attempt_once"):
            editor.remove_constraint(ReviewLog, guard)
"""


def run(directory, disturb, *, url="", prepare=None, wsgi="pactcards.wsgi"):
    """The number of acknowledged answers, and what is wrong afterwards."""
    server = Server(Path(directory), database_url=url, ANSWERS_A_MINUTE="0", WSGI=wsgi)
    keys = make_students(server, students=STUDENTS, cards=CARDS)
    if prepare:
        server.run("-c", prepare)
    server.start()
    senders = [Sender([server.port], key) for key in keys]
    try:
        storm(senders, lambda: disturb(server))
        return sum(len(sender.acknowledged) for sender in senders), faults(server, senders)
    finally:
        server.kill()


def killing(seconds, *, also=None):
    def disturb(server):
        end, kills = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            time.sleep(0.7 + kills % 4 / 4)
            server.kill()
            if also and kills % 3 == 2:
                also()
            server.start()
            kills += 1
        print(f"      killed {kills} times in {seconds} s", flush=True)

    return disturb


def say(name, found):
    acknowledged, wrong = found
    said = ", ".join(f"{kind} {count}" for kind, count in wrong.items())
    print(f"{name}: {acknowledged} acknowledged; {said}", flush=True)


def until_noticed(name, attempt, kind):
    for number in range(1, TRIES + 1):
        found = attempt()
        say(f"{name}, try {number}", found)
        if found[1][kind]:
            return
    print(f"{name}: not noticed in {TRIES} tries")


def away_for(cluster, seconds):
    def disturb(_server):
        time.sleep(3)
        cluster.kill()
        time.sleep(seconds)
        cluster.start()
        time.sleep(5)

    return disturb


def main():
    parser = ArgumentParser(prog="python -m tests.bench.chaos", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    seconds = parser.parse_args().seconds
    with TemporaryDirectory(prefix="chaos-") as directory:
        say("SQLite", run(directory, killing(seconds)))

    def unguarded():
        with TemporaryDirectory(prefix="chaos-") as directory:
            return run(directory, killing(seconds), prepare=DROP_GUARDS, wsgi="tests.bench.unguarded")

    until_noticed("SQLite without its guard", unguarded, "twice")
    with running_cluster() as cluster, TemporaryDirectory(prefix="chaos-") as directory:
        again = killing(seconds, also=lambda: (cluster.kill(), cluster.start()))
        say("PostgreSQL, killed too", run(directory, again, url=cluster.url))

    with running_cluster() as cluster, TemporaryDirectory(prefix="chaos-") as directory:
        say("PostgreSQL away for 10 s", run(directory, away_for(cluster, 10), url=cluster.url))

    def not_waiting():
        late = ("synchronous_commit=off", "wal_writer_delay=10s")
        with running_cluster(*late) as cluster, TemporaryDirectory(prefix="chaos-") as directory:
            again = killing(seconds / 3, also=lambda: (cluster.kill(), cluster.start(*late)))
            return run(directory, again, url=cluster.url)

    until_noticed("PostgreSQL not waiting for the disk", not_waiting, "lost")


if __name__ == "__main__":
    main()
