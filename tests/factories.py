"""Ready-made people, classes, decks and cards."""

from datetime import UTC, date, datetime
from importlib import import_module

import factory
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.auth.models import Group
from factory.django import DjangoModelFactory

from accounts.models import TEACHERS, Membership, SchoolClass, User
from cards.models import Assignment, Card, CardState, Deck, DeckTeacher, Flag, Misconception, Motive, PickedDeck


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    username = factory.Sequence("student{}".format)
    time_zone = "UTC"


def with_address(user, email, *, verified=True):
    """Hers, confirmed or awaiting it, as allauth keeps it."""
    EmailAddress.objects.filter(user=user).delete()
    if email:
        EmailAddress.objects.create(user=user, email=email, verified=verified, primary=verified)
    user.email = email if verified else ""
    user.save(update_fields=["email"])
    return user


def teachers_group():
    """As the migration makes it; made anew if a test that empties all tables took it along."""
    if not Group.objects.filter(name=TEACHERS).exists():
        import_module("cards.migrations.0007_teachers_group").make_group(apps, None)
        import_module("cards.migrations.0010_teachers_may_set_free_days").allow(apps, None)
    return Group.objects.get(name=TEACHERS)


class TeacherFactory(UserFactory):
    """A teacher as she is invited: staff, in the Teachers group."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence("teacher{}".format)
    is_staff = True

    @factory.post_generation
    def group(self, create, extracted, **kwargs):
        self.groups.add(teachers_group())


class MotiveFactory(DjangoModelFactory):
    class Meta:
        model = Motive

    code = factory.Sequence("motive-{}".format)
    name = factory.Sequence("Buying time {}".format)


class DeckFactory(DjangoModelFactory):
    """A published library deck; `DeckFactory(cards=3)` comes with three published cards."""

    class Meta:
        model = Deck
        skip_postgeneration_save = True

    title = factory.Sequence("Deck {}".format)
    slug = factory.Sequence("deck-{}".format)
    status = Deck.Status.PUBLISHED
    in_library = True

    @factory.post_generation
    def cards(self, create, extracted, **kwargs):
        CardFactory.create_batch(extracted or 0, deck=self, **kwargs)


class CardFactory(DjangoModelFactory):
    class Meta:
        model = Card

    deck = factory.SubFactory(DeckFactory)
    code = factory.Sequence("card-{}".format)
    position = factory.Sequence(int)
    status = Card.Status.PUBLISHED
    front = factory.Sequence("Question {}?".format)
    back = factory.Sequence("Answer {}.".format)
    why = "It shows the motive."
    actor = Card.Actor.STALIN
    motive = factory.SubFactory(MotiveFactory)
    source = "Foreign Relations of the United States 1939, vol. I"


class PickedDeckFactory(DjangoModelFactory):
    class Meta:
        model = PickedDeck

    user = factory.SubFactory(UserFactory)
    deck = factory.SubFactory(DeckFactory)


class CardStateFactory(DjangoModelFactory):
    """A state that a scheduled answer left; `due_on` is what one usually wants to say."""

    class Meta:
        model = CardState

    user = factory.SubFactory(UserFactory)
    card = factory.SubFactory(CardFactory)
    version = 1
    repetitions = 1
    interval = 1
    due_on = date(2026, 11, 23)
    sm2_due_on = factory.SelfAttribute("due_on")
    introduced_on = date(2026, 11, 1)
    answered_on = date(2026, 11, 1)


class SchoolClassFactory(DjangoModelFactory):
    """`SchoolClassFactory(students=2)` comes with two students."""

    class Meta:
        model = SchoolClass
        skip_postgeneration_save = True

    name = factory.Sequence("10 History {}".format)

    @factory.post_generation
    def students(self, create, extracted, **kwargs):
        MembershipFactory.create_batch(extracted or 0, school_class=self)


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    school_class = factory.SubFactory(SchoolClassFactory)


class AssignmentFactory(DjangoModelFactory):
    class Meta:
        model = Assignment

    deck = factory.SubFactory(DeckFactory, in_library=False)
    school_class = factory.SubFactory(SchoolClassFactory)
    starts_on = date(2026, 11, 1)


class DeckTeacherFactory(DjangoModelFactory):
    """A teacher who looks after a deck that is not in the library."""

    class Meta:
        model = DeckTeacher

    deck = factory.SubFactory(DeckFactory, in_library=False)
    user = factory.SubFactory(TeacherFactory)


class TeacherMembershipFactory(MembershipFactory):
    """A class with its teacher."""

    user = factory.SubFactory(TeacherFactory)
    role = Membership.Role.TEACHER


class MisconceptionFactory(DjangoModelFactory):
    class Meta:
        model = Misconception

    code = factory.Sequence("m{}".format)
    wrong = "it was an alliance"
    fact = "it was a promise not to attack"


class FlagFactory(DjangoModelFactory):
    class Meta:
        model = Flag

    user = factory.SubFactory(UserFactory)
    card = factory.SubFactory(CardFactory)
    reason = "The year seems wrong."
    raised_at = datetime(2026, 11, 23, 12, tzinfo=UTC)
