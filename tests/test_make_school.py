"""A made school is one that students might have answered: nothing amiss, and of the size that was asked for."""

from random import Random

import pytest
from django.core.management import CommandError, call_command

from accounts.models import SchoolClass, User
from cards.management.school import histories
from cards.models import CardState, ReviewLog
from cards.replay import find_damage
from tests.conftest import TODAY
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def make(**options):
    call_command("make_school", **{"students": 4, "cards": 10, "reviews": 240, "verbosity": 0} | options)


def test_school_has_the_size_that_was_asked_for():
    make(students=31)
    assert (User.objects.filter(is_staff=False).count(), SchoolClass.objects.count()) == (31, 2)
    assert CardState.objects.count() == 310


def test_answers_are_about_as_many_as_were_asked_for():
    make(reviews=400)
    assert 300 <= ReviewLog.objects.count() <= 500


def test_nothing_is_amiss():
    make()
    assert list(find_damage()) == []


def test_same_seed_draws_the_same_histories():
    assert histories(TODAY, 8, Random(1)) == histories(TODAY, 8, Random(1))


def test_a_school_of_people_is_left_alone():
    UserFactory()
    with pytest.raises(CommandError, match="There are people in this database already"):
        make()


@pytest.mark.parametrize("wrong", [{"students": 0}, {"cards": 0}, {"reviews": -1}])
def test_there_must_be_something_to_make(wrong):
    with pytest.raises(CommandError, match="at least one"):
        make(**wrong)
