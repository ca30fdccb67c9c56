"""Which classes a teacher sees and changes."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.access import get_class
from accounts.models import Membership
from cards.models import Flag
from tests.factories import FlagFactory, MembershipFactory, TeacherFactory, TeacherMembershipFactory, UserFactory


@pytest.fixture
def school_class(db):
    return TeacherMembershipFactory().school_class


def test_teacher_may_change_her_class(school_class):
    teacher = school_class.members.get()
    assert get_class(teacher, school_class.pk, to_edit=True).is_editable


def test_co_teacher_who_cannot_edit_may_look(school_class):
    co_teacher = TeacherMembershipFactory(school_class=school_class, can_edit=False).user
    assert not get_class(co_teacher, school_class.pk).is_editable
    with pytest.raises(PermissionDenied):
        get_class(co_teacher, school_class.pk, to_edit=True)


def test_superuser_may_change_every_class(school_class):
    head = UserFactory(is_staff=True, is_superuser=True)
    assert get_class(head, school_class.pk, to_edit=True).is_editable


@pytest.mark.parametrize("stranger", [TeacherFactory, UserFactory])
def test_stranger_does_not_learn_that_it_exists(school_class, stranger):
    with pytest.raises(Http404):
        get_class(stranger(), school_class.pk)


def test_student_of_the_class_is_no_teacher_of_it(school_class):
    with pytest.raises(Http404):
        get_class(MembershipFactory(school_class=school_class).user, school_class.pk)


def test_teacher_who_has_left_the_staff_sees_nothing(school_class):
    teacher = school_class.members.get()
    teacher.is_staff = False
    assert Membership.objects.editable_by(teacher).count() == 0
    with pytest.raises(Http404):
        get_class(teacher, school_class.pk)


def test_co_teacher_who_cannot_edit_settles_no_flag(school_class):
    FlagFactory(user=MembershipFactory(school_class=school_class).user)
    co_teacher = TeacherMembershipFactory(school_class=school_class, can_edit=False).user
    seen, hers = Flag.objects.visible_to(co_teacher), Flag.objects.editable_by(co_teacher)
    assert (seen.count(), hers.count()) == (1, 0)
