"""Where a teacher arrives: three steps to her first class, later her classes."""

import re

import pytest
from django.urls import reverse

from accounts import roster
from tests.conftest import NOON
from tests.factories import AssignmentFactory, DeckFactory, TeacherFactory, TeacherMembershipFactory, UserFactory

PASSWORD = "narew-vistula-san"


@pytest.fixture
def teacher(db):
    return TeacherFactory()


@pytest.fixture
def teacher_client(client, teacher):
    client.force_login(teacher)
    return client


def done(client):
    """The steps that are marked as done; None where there are no steps."""
    page = client.get(reverse("teach")).text
    steps = re.findall(r'<li( class="done")?>\s*<h2>([^<]+?) ?<', page)
    return [name for is_done, name in steps if is_done] if 'class="steps"' in page else None


def test_new_teacher_is_shown_three_steps_and_what_is_done(teacher_client, teacher):
    seen = [done(teacher_client)]
    school_class = TeacherMembershipFactory(user=teacher).school_class
    seen.append(done(teacher_client))
    AssignmentFactory(school_class=school_class)
    seen.append(done(teacher_client))
    roster.add_students(school_class, ["Amina"], now=NOON)
    seen.append(done(teacher_client))
    assert seen == [[], ["Make a class"], ["Choose a deck", "Make a class"], None]


def test_library_deck_leads_to_a_class_with_it(teacher_client):
    deck = DeckFactory()
    assert f'href="{reverse("class_new")}?deck={deck.slug}"' in teacher_client.get(reverse("teach")).text


def test_her_classes_are_listed_and_nobody_elses(teacher_client, teacher):
    TeacherMembershipFactory(user=teacher, school_class__name="10 Mine", school_class__students=2)
    TeacherMembershipFactory(school_class__name="10 Other")
    page = teacher_client.get(reverse("teach")).text
    assert ("10 Mine" in page, "2 students" in page, "10 Other" in page) == (True, True, False)


def test_archived_class_is_found_below(teacher_client, teacher):
    school_class = TeacherMembershipFactory(user=teacher, school_class__archived_at=NOON).school_class
    page = teacher_client.get(reverse("teach"))
    assert (page.context["classes"], list(page.context["archived"])) == ([], [school_class])


@pytest.mark.parametrize(("person", "status"), [(UserFactory, 403), (TeacherFactory, 200)])
def test_desk_is_for_teachers(client, db, person, status):
    client.force_login(person())
    assert client.get(reverse("teach")).status_code == status


@pytest.mark.parametrize(("person", "page"), [(UserFactory, "home"), (TeacherFactory, "teach")])
def test_log_in_leads_a_teacher_to_her_desk_and_a_student_to_her_cards(client, db, person, page):
    user = person(username="sam")
    user.set_password(PASSWORD)
    user.save()
    response = client.post(reverse("account_login"), {"login": "sam", "password": PASSWORD})
    assert response["Location"] == reverse(page)


def test_desk_leads_to_the_admin_and_to_her_own_review(teacher_client):
    page = teacher_client.get(reverse("teach")).text
    assert [f'href="{reverse(name)}"' in page for name in ("admin:index", "home")] == [True, True]


@pytest.mark.parametrize("count", [3, 30])
def test_desk_costs_the_same_for_three_and_thirty(teacher_client, teacher, count, django_assert_max_num_queries):
    TeacherMembershipFactory.create_batch(count, user=teacher)
    with django_assert_max_num_queries(8):
        teacher_client.get(reverse("teach"))
