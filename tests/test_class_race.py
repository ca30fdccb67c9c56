"""Eight of the same at the same instant: one set of accounts, one log-in, one class, and no more than fit in."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import roster
from accounts.models import LoginCode, SchoolClass
from tests.factories import MembershipFactory, TeacherFactory, TeacherMembershipFactory, UserFactory
from tests.test_class_students import rows_of, url

AT_ONCE = 8
PASSWORD = "narew-vistula-san"


@pytest.fixture
def school_class(transactional_db):
    return TeacherMembershipFactory().school_class


def at_once(posts):
    """The statuses of these (user, address, fields), sent all together, in order."""
    barrier = Barrier(len(posts))

    def send(post):
        user, address, fields = post
        client = Client()
        try:
            if user:
                client.force_login(user)
            barrier.wait(20)
            return client.post(address, fields).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(posts)) as pool:
        return sorted(pool.map(send, posts))


def test_list_sent_eight_times_makes_the_accounts_once(school_class):
    post = (school_class.members.get(), url("students_make", school_class), rows_of("Amina", "Ben", "Cleo"))
    assert at_once([post] * AT_ONCE) == [200] + [422] * 7
    assert (roster.students_of(school_class).count(), LoginCode.objects.count()) == (3, 3)


def test_eight_students_and_room_for_two(school_class):
    MembershipFactory.create_batch(58, school_class=school_class)
    posts = [(student, "/join/", {"code": school_class.join_code}) for student in UserFactory.create_batch(AT_ONCE)]
    assert at_once(posts) == [302] * 2 + [422] * 6
    assert roster.room_in(school_class) == 0


def test_student_who_joins_eight_times_is_in_the_class_once(school_class):
    post = (UserFactory(), "/join/", {"code": school_class.join_code})
    assert at_once([post] * AT_ONCE) == [302] * AT_ONCE
    assert roster.students_of(school_class).count() == 1


def test_code_redeemed_eight_times_lets_one_in(school_class):
    card = roster.add_students(school_class, ["Amina"], now=timezone.now())[0]
    fields = {"username": card.user.username, "code": card.code, "password1": PASSWORD, "password2": PASSWORD}
    assert at_once([(None, "/code/", fields)] * AT_ONCE) == [302] + [422] * 7


def test_class_is_made_once(transactional_db):
    post = (TeacherFactory(), "/classes/new/", {"name": "10 History B"})
    assert at_once([post] * AT_ONCE) == [302] + [422] * 7
    assert SchoolClass.objects.count() == 1


def test_class_moves_up_once(school_class):
    post = (school_class.members.get(), url("class_move_up", school_class), {"name": "11 History B"})
    assert at_once([post] * AT_ONCE) == [302] + [422] * 7
    assert SchoolClass.objects.count() == 2


def moving(school_class, teacher):
    """A move of all its students to another class of hers."""
    other = TeacherMembershipFactory(user=teacher).school_class
    students = list(roster.students_of(school_class).values_list("pk", flat=True))
    return other, (teacher, url("students_move", school_class), {"students": students, "to": other.pk})


def test_students_moved_eight_times_are_in_the_new_class(school_class):
    MembershipFactory.create_batch(3, school_class=school_class)
    other, post = moving(school_class, school_class.members.get(memberships__role="teacher"))
    assert at_once([post] * AT_ONCE) == [302] + [422] * 7
    assert (roster.students_of(school_class).count(), roster.students_of(other).count()) == (0, 3)


def test_students_moved_and_removed_at_once_suffer_one_of_it(school_class):
    MembershipFactory.create_batch(3, school_class=school_class)
    other, post = moving(school_class, school_class.members.get(memberships__role="teacher"))
    gone = (post[0], url("students_remove", school_class), post[2])
    assert at_once([post, gone] * 4) == [302] + [422] * 7
    assert roster.students_of(other).count() in (0, 3)
