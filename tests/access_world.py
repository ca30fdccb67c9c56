"""The small school in which the access matrix is tried: who is there, and what belongs to whom.

Class A has the teachers Tea (may change it) and Vi (may only look), the students Ada and Ben, and had Lia, who left.
Oli is a student of class B, whose teacher is Otto. Sue is the superuser. Dora is a student of A whose account is off.
Deck `deck` is given to class A and looked after by Tea and Vi; `shelf` is a deck of the library. Ada has answered and
flagged `card`, and written `own`; Tea has an import waiting.
"""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts import login_codes
from accounts.audit import AuditEvent, Kind
from accounts.mailings import DIGEST, REMINDER
from accounts.models import User
from cards.interchange.batches import make_batch, received_text
from cards.models import Misbelief
from tests.conftest import answer, write_card
from tests.factories import (
    AssignmentFactory,
    CardFactory,
    DeckFactory,
    DeckTeacherFactory,
    FlagFactory,
    MembershipFactory,
    MisconceptionFactory,
    MotiveFactory,
    PickedDeckFactory,
    TeacherMembershipFactory,
    UserFactory,
)

SECRET = "Zephyr"  # stands in all that belongs to Ada, to Tea or to class A
PASSWORD = "seven red herrings"
SHORT = {"class": "school_class"}
FIXED = {"en": "en-gb", "csv": "cards", "key": "x", "uid": "x", "app": "cards", "no": 10**9, "other": "nowhere"}


class World:
    def __init__(self):
        self.now = timezone.now()
        self._people()
        self._cards()
        self._doings()

    def _people(self):
        class_a = TeacherMembershipFactory(school_class__name=f"A {SECRET}").school_class
        self.school_class, self.tea = class_a, class_a.members.get()
        self.vi = TeacherMembershipFactory(school_class=class_a, can_edit=False).user
        class_b = TeacherMembershipFactory().school_class
        self.otto = class_b.members.get()
        self.other_class = TeacherMembershipFactory(user=self.tea).school_class
        self.sue = UserFactory(is_staff=True, is_superuser=True)
        students = {"ada": class_a, "ben": class_a, "oli": class_b, "dora": class_a}
        for name, school_class in students.items():
            user = UserFactory(first_name=f"{SECRET} {name}" if school_class == class_a else "")
            setattr(self, name, MembershipFactory(user=user, school_class=school_class).user)
        self.membership = self.ada.memberships.get()
        self.lia = UserFactory()
        MembershipFactory(user=self.lia, school_class=class_a).delete()
        self.code = login_codes.make_cards([self.ben], now=self.now, good_for=timedelta(days=1))[0].code
        User.objects.filter(pk=self.ben.pk).update(password="!")
        self.ada.set_password(PASSWORD)
        self.ada.save()
        self.email = EmailAddress.objects.create(user=self.ada, email="ada@example.org")

    def _cards(self):
        self.motive = MotiveFactory()
        self.misconception = MisconceptionFactory()
        self.deck = DeckTeacherFactory(user=self.tea, deck__title=f"Deck {SECRET}").deck
        DeckTeacherFactory(user=self.vi, deck=self.deck, can_edit=False)
        self.shelf = DeckFactory(cards=1)
        PickedDeckFactory(user=self.ada, deck=self.shelf)
        texts = {"front": f"{SECRET}?", "motive": self.motive, "common_mistake": "No.", "section": "One"}
        self.card, self.fresh = (CardFactory(deck=self.deck, **texts) for _ in range(2))
        CardFactory(deck=self.shelf, board="AQA")
        self.given = AssignmentFactory(deck=self.deck, school_class=self.school_class)
        self.own = write_card(self.ada, front=f"{SECRET} own?")

    def _doings(self):
        answer(self.ada, self.card, 4, now=self.now - timedelta(days=2))
        self.log = answer(self.ada, self.card, 2, version=1, now=self.now).log
        self.state = self.ada.card_states.get(card=self.card)
        self.flag = FlagFactory(user=self.ada, card=self.card, reason=f"{SECRET} is wrong")
        self.misbelief = Misbelief.objects.create(user=self.ada, card=self.card, said_at=self.now)
        self.token = REMINDER.stop_token(self.ada)
        self.digest_token = DIGEST.stop_token(self.tea)
        self.event = AuditEvent.objects.create(kind=Kind.LOG_OUT, at=self.now)
        self.batch = make_batch(self.deck, self.tea, received_text(f"front,back\n{SECRET}!,Yes"), now=self.now)

    def slot(self, name):
        """What stands in an address where the table says `name`; `deck-was` is a line of the deck's history."""
        if name.endswith("-was"):
            return getattr(self, SHORT.get(name[:-4], name[:-4])).history.first().pk
        slugs = {"deck-slug": self.deck.slug, "shelf-slug": self.shelf.slug, "motive-code": self.motive.code}
        given = FIXED | slugs | {"token": self.token, "digest-token": self.digest_token}
        return given[name] if name in given else getattr(self, SHORT.get(name, name)).pk
