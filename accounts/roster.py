"""WRITES who is in a class: made from a list of names, joined with a code, moved, excused, removed, moved up."""

from datetime import date, datetime, timedelta
from random import SystemRandom

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Lower

from accounts import codes, login_codes, names, ways_in, words
from accounts.login_codes import LogInCard
from accounts.models import Membership, MembershipQuerySet, SchoolClass, SchoolClassQuerySet, User
from accounts.user_names import NameTakenError, taken_is_said

MOST_STUDENTS = 60


class FullError(Exception):
    """The class has no room for so many."""


class AlreadyThereError(Exception):
    """There is one of this name: most likely the form was sent twice."""


class GoneError(Exception):
    """One of them has left the class since they were chosen."""


class NoSuchCodeError(Exception):
    """No class can be joined with this code; why not is nobody's to learn."""


def students_of(school_class: SchoolClass) -> MembershipQuerySet:
    return school_class.memberships.students()


def names_of(school_class: SchoolClass) -> set[str]:
    """By which names its students are known, as keys."""
    users = User.objects.filter(memberships__in=students_of(school_class))
    return {names.key_of(user.display_name) for user in users}


def room_in(school_class: SchoolClass) -> int:
    return MOST_STUDENTS - students_of(school_class).count()


@transaction.atomic
def make_class(teacher: User, *, name: str, exam_board: str = "") -> SchoolClass:
    """A class that she teaches, with its join code; of each name one, for the form may be sent twice."""
    User.objects.select_for_update().get(pk=teacher.pk)
    if SchoolClass.objects.living().filter(members=teacher, name=name).exists():
        raise AlreadyThereError
    school_class = SchoolClass.objects.create(name=name, exam_board=exam_board)
    Membership.objects.create(user=teacher, school_class=school_class, role=Membership.Role.TEACHER)
    return school_class


@transaction.atomic
def add_students(school_class: SchoolClass, people: list[str], *, now: datetime) -> list[LogInCard]:
    """Accounts for all of these names, or none; the cards with which they log in are to be seen this once."""
    _lock(school_class)
    if len(people) > room_in(school_class):
        raise FullError
    if {names.key_of(name) for name in people} & names_of(school_class):
        raise AlreadyThereError
    users = _made(people)
    Membership.objects.bulk_create(Membership(user=user, school_class=school_class) for user in users)
    return login_codes.make_cards(users, now=now, good_for=login_codes.FIRST_GOOD_FOR)


def _lock(school_class: SchoolClass) -> SchoolClass:
    """One change of a class at a time: who comes second sees what the first has done."""
    return SchoolClass.objects.select_for_update().get(pk=school_class.pk)


def _made(people: list[str], *, tries: int = 3) -> list[User]:
    """Their accounts; with other user names if somebody signs up with one of them in this very moment."""
    try:
        with taken_is_said():
            return User.objects.bulk_create(_new_students(people))
    except NameTakenError:
        if tries == 1:
            raise
        return _made(people, tries=tries - 1)


def _new_students(people: list[str]) -> list[User]:
    usernames = _free_usernames(len(people))
    students = []
    for name, username in zip(people, usernames, strict=True):
        first_name, last_name = names.split(name)
        password = make_password(None)
        students.append(User(username=username, password=password, first_name=first_name, last_name=last_name))
    return students


def _free_usernames(count: int) -> list[str]:
    free: set[str] = set()
    most = 100
    while len(free) < count:
        free |= {words.new_username(most) for _ in range(count - len(free))}
        most += 10  # so that a school of any size finds some
        users = User.objects.annotate(lower=Lower("username"))
        free -= set(users.filter(lower__in=free).values_list("lower", flat=True))
    found = list(free)
    SystemRandom().shuffle(found)
    return found


def check_code(typed: str) -> SchoolClass:
    """The class with this code, if there is room in it."""
    school_class = _find(SchoolClass.objects.living(), typed)
    _check_room(school_class)
    return school_class


@transaction.atomic
def join(student: User, typed: str) -> SchoolClass:
    """Into the living class whose code this is; who is in it already stays in it."""
    school_class = _find(SchoolClass.objects.living().select_for_update(), typed)
    if not Membership.objects.filter(user=student, school_class=school_class).exists():
        _check_room(school_class)
        Membership.objects.create(user=student, school_class=school_class)
    return school_class


def _find(classes: SchoolClassQuerySet, typed: str) -> SchoolClass:
    code = codes.as_typed(typed)
    school_class = classes.filter(join_code=code).first() if code else None
    if school_class is None:
        raise NoSuchCodeError
    return school_class


def _check_room(school_class: SchoolClass) -> None:
    if room_in(school_class) < 1:
        raise FullError


def set_code(school_class: SchoolClass, *, open_it: bool) -> None:
    """A new join code, or none; the old one is dead at once."""
    code = codes.new_code(codes.JOIN_CODE_LENGTH) if open_it else None
    SchoolClass.objects.filter(pk=school_class.pk).update(join_code=code)


@transaction.atomic
def reset(memberships: MembershipQuerySet, *, now: datetime) -> list[LogInCard]:
    """New cards, and no other way in from then on. Nobody who works here is reset by a teacher."""
    users = list(User.objects.filter(memberships__in=memberships, is_staff=False, is_superuser=False, is_active=True))
    lost = ways_in.close_all(users)
    cards = [
        card
        for group, good_for in _by_life(users).items()
        for card in login_codes.make_cards(group, now=now, good_for=good_for, lost=lost)
    ]
    return sorted(cards, key=lambda card: card.user.display_name)


def _by_life(users: list[User]) -> dict[tuple[User, ...], timedelta]:
    """Who has never been here keeps the long time of a first card."""
    first = tuple(user for user in users if user.last_login is None)
    again = tuple(user for user in users if user.last_login is not None)
    return {first: login_codes.FIRST_GOOD_FOR, again: login_codes.RESET_GOOD_FOR}


@transaction.atomic
def move(memberships: MembershipQuerySet, to: SchoolClass, *, now: datetime) -> None:
    """Into another class, from today on; an excuse was one from the old class. All of them, or none."""
    chosen = _still_there(memberships, to)
    there = set(to.memberships.values_list("user", flat=True))
    moving = [membership.pk for membership in chosen if membership.user_id not in there]
    if len(moving) > room_in(to):
        raise FullError
    rows = Membership.objects.filter(pk__in=[membership.pk for membership in chosen])
    _end(rows.exclude(pk__in=moving), now=now)
    rows.filter(pk__in=moving).update(school_class=to, excused_until=None, joined_at=now)


def _still_there(memberships: MembershipQuerySet, *more: SchoolClass) -> list[Membership]:
    """The chosen as they stand now that nobody else can change their classes."""
    chosen = list(memberships)
    classes = {membership.school_class_id for membership in chosen} | {school_class.pk for school_class in more}
    list(SchoolClass.objects.select_for_update().filter(pk__in=classes).order_by("pk"))  # in one order: no deadlock
    found = list(memberships.all())  # read again: a page sent twice, or a colleague, may have moved them meanwhile
    if len(found) < len(chosen):
        raise GoneError
    return found


@transaction.atomic
def remove(memberships: MembershipQuerySet, *, now: datetime) -> None:
    """Out of the class; account and everything she knows stay, for as long as accounts.retention says."""
    found = _still_there(memberships)
    _end(Membership.objects.filter(pk__in=[membership.pk for membership in found]), now=now)


def _end(memberships: MembershipQuerySet, *, now: datetime) -> None:
    note_leaving(memberships, now=now)
    memberships.delete()


def note_leaving(memberships: MembershipQuerySet, *, now: datetime) -> None:
    """Wherever a membership ends without being moved: the last such day counts."""
    hers = memberships.filter(user=OuterRef("pk")).order_by("-pk").values("school_class")[:1]
    User.objects.filter(memberships__in=memberships).update(left_class_at=now, left_class=Subquery(hers))


def excuse(memberships: MembershipQuerySet, until: date | None) -> None:
    memberships.update(excused_until=until)


def archive(school_class: SchoolClass, *, now: datetime | None) -> None:
    """Its decks fall away from its students and everything they know is kept; with None it comes back."""
    school_class.archived_at = now
    school_class.save(update_fields=["archived_at"])


@transaction.atomic
def move_up(school_class: SchoolClass, name: str, *, now: datetime) -> SchoolClass:
    """A new class of this name with the same students, excuses and teachers; the old one is archived."""
    old = _lock(school_class)
    if old.archived_at:
        raise AlreadyThereError
    new = SchoolClass.objects.create(name=name, exam_board=old.exam_board, free_weekends=old.free_weekends)
    Membership.objects.bulk_create(
        Membership(
            user_id=member.user_id,
            school_class=new,
            role=member.role,
            can_edit=member.can_edit,
            excused_until=member.excused_until,
        )
        for member in old.memberships.all()
    )
    archive(old, now=now)
    return new
