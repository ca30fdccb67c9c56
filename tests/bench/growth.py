"""Whether a page takes longer in a country than in a school: python -m tests.bench.growth SMALL LARGE

SMALL and LARGE are the addresses of two databases that `manage.py make_school` has filled. Both are served, and the
same visits are made to them in turn; what is told is p95 for each, and the median of the quotients with their spread.
"""

import json
import sys
from contextlib import ExitStack
from pathlib import Path
from random import Random
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from tests.school_server import Server
from tests.storm import Sender

STUDENTS, ROUNDS, ANSWERS = 100, 5, 3
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


def main():
    small_url, large_url = sys.argv[1:]
    with TemporaryDirectory(prefix="growth-") as directory, ExitStack() as stack:
        small, large = School("small", small_url, directory), School("large", large_url, directory)
        for school in (small, large):
            stack.callback(school.server.kill)
            school.visit()  # once beforehand, so that both are warm
        rounds = [(small.visit(), large.visit()) for _ in range(ROUNDS)]
    for kind in rounds[0][0]:
        few, many = ([1000 * found[side][kind] for found in rounds] for side in (0, 1))
        quotients = sorted(more / less for less, more in zip(few, many, strict=True))
        spread = f"{median(quotients):.2f} × ({quotients[0]:.2f} to {quotients[-1]:.2f})"
        print(f"{kind:<7} p95 {median(few):.0f} ms small, {median(many):.0f} ms large: {spread}")


if __name__ == "__main__":
    main()
