"""A school behind one address, against a real server of several processes."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.pristine import pristine
from tests.school_server import SchoolServer

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]
STUDENTS = 240
AT_ONCE = 8
GUESSED, FORGED, CRASHED, OTHER = (f"student{STUDENTS + more}" for more in range(4))


@pytest.fixture(scope="module")
def server(tmp_path_factory, django_db_setup):
    directory = tmp_path_factory.mktemp("school")
    with pristine(directory) as address:
        server = SchoolServer(directory, address, students=STUDENTS + 4)
        yield server
        server.kill()


def all_at_once(ask, things):
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return Counter(pool.map(ask, things))


def test_whole_school_logs_in_at_once(server):
    assert all_at_once(server.log_in, [f"student{number}" for number in range(STUDENTS)]) == {302: STUDENTS}


def test_burst_of_guesses_is_stopped_and_others_are_not(server):
    guesses = all_at_once(lambda number: server.log_in(GUESSED, f"guess {number}"), range(30))
    assert (guesses[200] <= 20, guesses[200] + guesses[429]) == (True, 30)
    assert (server.log_in(GUESSED), server.log_in(OTHER)) == (429, 302)


def test_forged_address_and_other_capitals_change_nothing(server):
    for number in range(11):
        server.log_in(FORGED, "guess", **{"X-Forwarded-For": f"10.0.0.{number}"})
    assert server.log_in(FORGED, **{"X-Forwarded-For": "10.9.9.9"}) == 429
    assert server.log_in(FORGED.upper()) == 429


def test_count_survives_a_crash(server):
    for _ in range(11):
        server.log_in(CRASHED, "guess")
    server.kill()
    server.start()
    assert (server.log_in(CRASHED), server.log_in(OTHER)) == (429, 302)
