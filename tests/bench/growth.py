"""Whether a page takes longer in a country than in a school: python -m tests.bench.growth [SMALL LARGE] [--postgresql]

SMALL and LARGE are the addresses of two databases that `manage.py make_school` has filled; without them two are made,
of 100 and 1,000 students (--students) with 2,000 answers each, on SQLite or on a private PostgreSQL. Both are served,
and the same visits are made to them in turn; what is told is p95 for each, the median of the quotients with their
spread, and what had to be sent again. A visit's time runs from its first try.
"""

import json
import sys
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from random import Random
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import psycopg

from tests.bench.postgresql import running_cluster
from tests.school_server import Server
from tests.storm import Sender, troubles_of

STUDENTS, ANSWERS = 100, 3
ANSWERS_OF_EACH, LONGEST = 2000, 1.2
TIMES_OF_CLASS = 20
MAKE_SESSIONS = """
import django; django.setup()
import json
from random import Random
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from accounts.models import SchoolClass, User
def key(user):
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session.create()
    return session.session_key
pks = list(User.objects.filter(is_staff=False).values_list("pk", flat=True))
users = User.objects.in_bulk(Random(1939).sample(pks, min({students}, len(pks)))).values()
school_class = SchoolClass.objects.first()
teacher = school_class.memberships.get(role="teacher").user
print(json.dumps({{"students": [key(user) for user in users], "teacher": key(teacher), "class": school_class.pk}}))
"""


class School:
    def __init__(self, name, url, directory):
        self.name, self.server = name, Server(Path(directory), database_url=url, ANSWERS_A_MINUTE="0")
        made = json.loads(self.server.run("-c", MAKE_SESSIONS.format(students=STUDENTS)))
        self.server.start()
        self.students = [Sender([self.server.port], key) for key in made["students"]]
        self.teacher, self.page = Sender([self.server.port], made["teacher"]), f"/classes/{made['class']}/"

    def visit(self):
        """The seconds of each kind of visit."""
        seconds = {"answer": [], "home": [], "stats": [], "class": []}
        for student in Random(1939).sample(self.students, len(self.students)):
            seconds["home"].append(student.ask_until_answered("GET", "/").seconds)
            student.page = student.ask_until_answered("GET", "/review/").page
            for _ in range(ANSWERS):
                if student.has_card:
                    student.answer()
                    seconds["answer"].append(student.seconds[-1])
            seconds["stats"].append(student.ask_until_answered("GET", "/stats/").seconds)
        for _ in range(TIMES_OF_CLASS):
            seconds["class"].append(self.teacher.ask_until_answered("GET", self.page).seconds)
        return {kind: quantiles(took, n=20)[18] for kind, took in seconds.items()}

    def troubles(self):
        return troubles_of([*self.students, self.teacher])


def made(students, directory, cluster=None):
    """The address of a new database with so many students, each with so many answers."""
    name = f"school_{students}"
    url = f"sqlite:///{directory}/{name}.sqlite3"
    if cluster:
        url = cluster.url.replace("///postgres?", f"///{name}?")
        cluster.execute(f"CREATE DATABASE {name}")
    server = Server(Path(directory), database_url=url)
    server.run("manage.py", "migrate", "--verbosity", "0", "--skip-checks")
    reviews = students * ANSWERS_OF_EACH
    print(server.run("manage.py", "make_school", f"--students={students}", f"--reviews={reviews}").strip(), flush=True)
    if cluster:
        with psycopg.connect(url, autocommit=True) as database:
            database.execute("VACUUM (ANALYZE)")  # or it would be done while the pages are measured
    return url


def databases(arguments, directory, stack):
    if arguments.databases:
        return arguments.databases
    cluster = stack.enter_context(running_cluster()) if arguments.postgresql else None
    return [made(students, directory, cluster) for students in arguments.students]


def main():
    parser = ArgumentParser(prog="python -m tests.bench.growth", description=__doc__)
    parser.add_argument("databases", nargs="*", metavar="SMALL LARGE")
    parser.add_argument("--students", nargs=2, type=int, default=(100, 1000), metavar=("SMALL", "LARGE"))
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    if len(arguments.databases) not in (0, 2):
        parser.error("give two databases, or none")
    with ExitStack() as stack:
        directory = stack.enter_context(TemporaryDirectory(prefix="growth-"))
        small_url, large_url = databases(arguments, directory, stack)
        small, large = School("small", small_url, directory), School("large", large_url, directory)
        for school in (small, large):
            stack.callback(school.server.kill)
            school.visit()  # once beforehand, so that both are warm
        rounds = [(small.visit(), large.visit()) for _ in range(arguments.rounds)]
        troubles = {school.name: school.troubles() for school in (small, large)}
    tell(rounds)
    print(*(f"{name}: failed {found or 'none'}" for name, found in troubles.items()), sep="\n")
    sys.exit(any(troubles.values()))


def tell(rounds):
    for kind in rounds[0][0]:
        few, many = ([1000 * found[side][kind] for found in rounds] for side in (0, 1))
        quotients = sorted(more / less for less, more in zip(few, many, strict=True))
        spread = f"{median(quotients):.2f} × ({quotients[0]:.2f} to {quotients[-1]:.2f})"
        aim = f"aim ≤ {LONGEST} ×{'' if median(quotients) <= LONGEST else ': MISSED'}"
        print(f"{kind:<7} p95 {median(few):.0f} ms small, {median(many):.0f} ms large: {spread}, {aim}")


if __name__ == "__main__":
    main()
