"""A small class whose figures a person can work out, for the tests of its pages.

Today is Wednesday, 25 November 2026. The class has one deck: card A of “Buying time” (Stalin), which tells of a
misconception, and card B of “Territory” (Stalin and Hitler).

          Thu 12  Fri 20  Sat 21  Sun 22  Mon 23
  Ada       ·       4       4       ·       ·        and on Fri 20 and Sat 21 card B, 4 and 4
  Ben       ·       4       4       ·       ·
  Cleo      ·       4       2       4       4
  Dan       ·       4       2       2       4
  Eve       ·       4       2       4       ·
  Gus       4       ·       ·       ·       ·
  Fay       ·       4       2       ·       2        is excused until Friday
  Tom       ·       4       2       ·       2        is a teacher who reviews as a student of the class

Card A: the first answer of each is no try. Tries are 5 on Saturday (2 right), 3 on Sunday (2 right: Cleo, Eve) and 2 on
Monday (2 right): 10 tries of 5 students, 6 right, so 60 % right and 40 % wrong. Card B: 1 try of 1 student, too few.
Practised since Monday: Cleo and Dan, 2 of the 6 who count. Gus: Friday 13, Monday 16 to Friday 20, Monday 23 and
Tuesday 24 are 8 school days without practice; nobody else has more than 2.
"""

from datetime import UTC, datetime

from accounts.models import Membership
from cards.models import Misbelief
from tests.conftest import answer
from tests.factories import (
    AssignmentFactory,
    CardFactory,
    MembershipFactory,
    MisconceptionFactory,
    MotiveFactory,
    TeacherFactory,
    TeacherMembershipFactory,
    UserFactory,
)

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
ANSWERS = {
    "Ada": {20: 4, 21: 4},
    "Ben": {20: 4, 21: 4},
    "Cleo": {20: 4, 21: 2, 22: 4, 23: 4},
    "Dan": {20: 4, 21: 2, 22: 2, 23: 4},
    "Eve": {20: 4, 21: 2, 22: 4},
    "Gus": {12: 4},
    "Fay": {20: 4, 21: 2, 23: 2},
    "Tom": {20: 4, 21: 2, 23: 2},
}


class AClass:
    def __init__(self):
        teacher = TeacherMembershipFactory()
        self.school_class, self.teacher = teacher.school_class, teacher.user
        self.deck = AssignmentFactory(school_class=self.school_class).deck
        self.time = MotiveFactory(code="time", name="Buying time")
        self.land = MotiveFactory(code="land", name="Territory")
        self.misconception = MisconceptionFactory()
        self.a = CardFactory(deck=self.deck, front="A?", motive=self.time, misconception=self.misconception)
        self.b = CardFactory(deck=self.deck, front="B?", motive=self.land, actor="both")
        self.students = {name: self.join(name) for name in ANSWERS}
        Membership.objects.filter(user=self.students["Fay"]).update(excused_until=datetime(2026, 11, 27).date())
        for name, answers in ANSWERS.items():
            practise(self.students[name], self.a, answers)
        practise(self.students["Ada"], self.b, {20: 4, 21: 4})

    def join(self, name):
        make = TeacherFactory if name == "Tom" else UserFactory
        user = make(first_name=name, username=name.lower(), time_zone="UTC")
        MembershipFactory(user=user, school_class=self.school_class)
        Membership.objects.filter(user=user).update(joined_at=datetime(2026, 11, 2, tzinfo=UTC))
        return user

    def thought_so(self, *names):
        for name in names:
            Misbelief.objects.create(user=self.students[name], card=self.a, said_at=NOW)


def practise(user, card, answers, *, month=11):
    """Answer a card once on each of these days of the month."""
    for version, (day, quality) in enumerate(answers.items()):
        user.studied_on = None  # told card by card, not day by day; the study day would not go back
        answer(user, card, quality, version=version, now=datetime(2026, month, day, 12, tzinfo=UTC))
