"""A class: which cards it has been given, and which of its students practised when."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from accounts.days import local_time, study_day
from accounts.free_days import holidays_between
from accounts.models import Membership, SchoolClass, User
from cards.models import Assignment, Card, ReviewLog, TaughtLesson
from cards.stats.class_cards import MotiveRate, Tries, load_tries, weakest_motive

DAY = timedelta(days=1)
QUIET_SCHOOL_DAYS = 8
SCHOOL_DAYS_A_WEEK = 5
CARD_COLUMNS = (  # what the figures and lists need of a card; its other texts are long
    *("deck", "section", "position", "level", "kind", "front", "actor", "motive", "misconception"),
    *("deck__title", "deck__position", "deck__owner"),
    *("motive__code", "motive__name", "motive__position", "motive__is_context"),
)
STUDENT_COLUMNS = (
    *("user", "joined_at", "excused_until", "user__username", "user__first_name", "user__last_name"),
    *("user__time_zone", "user__day_start", "user__studied_on", "user__break_from", "user__break_until"),
)


@dataclass(frozen=True, slots=True)
class ClassStudent:
    """A student of a class, on her own study day; practice is that with the cards of the class."""

    user: User
    today: date
    excused_until: date | None
    days: int  # on which she practised, since the day that was asked for
    last_day: date | None  # on which she practised
    idle: int  # whole school days since then on which something was asked of her

    @property
    def is_excused(self) -> bool:
        return self.excused_until is not None and self.today <= self.excused_until


@dataclass(frozen=True)
class Overview:
    """What a class can do with what it has been given. Who is excused counts in no figure."""

    school_class: SchoolClass
    cards: list[Card]
    students: list[ClassStudent]
    since: date
    today: date

    @cached_property
    def counted(self) -> list[ClassStudent]:
        return [student for student in self.students if not student.is_excused]

    @property
    def excused(self) -> list[ClassStudent]:
        return [student for student in self.students if student.is_excused]

    @property
    def practised(self) -> list[ClassStudent]:
        return [student for student in self.counted if student.days]

    @property
    def not_yet(self) -> list[ClassStudent]:
        return [student for student in self.counted if not student.days]

    @property
    def quiet(self) -> list[ClassStudent]:
        """Those without practice for many school days, the longest first."""
        quiet = (student for student in self.counted if student.idle >= QUIET_SCHOOL_DAYS)
        return sorted(quiet, key=lambda student: -student.idle)

    @property
    def user_ids(self) -> list[int]:
        return [student.user.pk for student in self.counted]

    @property
    def card_ids(self) -> list[int]:
        return [card.pk for card in self.cards]

    @cached_property
    def tries(self) -> dict[int, Tries]:
        return load_tries(self.user_ids, today=self.today)

    @cached_property
    def weakest(self) -> MotiveRate | None:
        return weakest_motive(self.tries, self.cards)


def cards_given(school_class: SchoolClass, *, today: date) -> QuerySet[Card]:
    """The cards that are open to the class, each with `given_on`, the day from which it has its deck."""
    given = Assignment.objects.filter(school_class=school_class, starts_on__lte=today, deck=OuterRef("deck"))
    taught = TaughtLesson.objects.filter(assignment=OuterRef("pk"), section=OuterRef(OuterRef("section")))
    return (
        Card.objects.of_school()
        .filter(Exists(given.filter(Q(by_lesson=False) | Exists(taught))), deck__status=Card.Status.PUBLISHED)
        .filter(board__in=["", school_class.exam_board], status=Card.Status.PUBLISHED)
        .annotate(given_on=Subquery(given.values("starts_on")[:1]))
    )


def load_overview(school_class: SchoolClass, *, since: date, today: date, now: datetime) -> Overview:
    """`today` is the teacher's; what a student did is counted by the student's own study days."""
    cards = cards_given(school_class, today=today).select_related("deck", "motive").only(*CARD_COLUMNS)
    found = list(cards.order_by("deck__position", "deck", "position", "pk"))
    students = load_students(school_class, found, since=since, now=now)
    return Overview(school_class, found, students, since, today)


def load_students(
    school_class: SchoolClass, cards: Sequence[Card], *, since: date, now: datetime, user_pk: int | None = None
) -> list[ClassStudent]:
    """In three queries, by name; all of them, or the one who is asked for."""
    answers = ReviewLog.objects.standing().filter(card__in=[card.pk for card in cards])
    hers = answers.filter(user=OuterRef("user")).order_by("-day")
    members = (
        Membership.objects.counted().filter(school_class=school_class).select_related("user").only(*STUDENT_COLUMNS)
    )
    if user_pk is not None:
        members = members.filter(user=user_pk)
    members = members.annotate(last_day=Subquery(hers.values("day")[:1]))
    days = answers.filter(user__in=members.values("user"), day__gte=since).order_by()
    counts = dict(days.values_list("user").annotate(days=Count("day", distinct=True)))
    given_on = min((card.given_on for card in cards), default=None)  # type: ignore[attr-defined]
    holidays = _holidays(school_class, members, now)
    students = [_student(member, counts.get(member.user_id, 0), given_on, holidays, now) for member in members]
    return sorted(students, key=lambda student: (student.user.display_name.casefold(), student.user.pk))


def _holidays(school_class: SchoolClass, members: Iterable[Membership], now: datetime) -> set[date]:
    """The free days of the class since the first of them came; a day more at both ends, for every time zone."""
    first = min((member.joined_at for member in members), default=now)
    return holidays_between(school_class.pk, first.date() - DAY, now.date() + DAY)


def _student(member: Membership, days: int, given_on: date | None, holidays: Set[date], now: datetime) -> ClassStudent:
    """Idle are school days alone: since she practised, was given cards or came to the class, whichever was last.

    Free days of the class are none, nor are those of a break that she has planned: nothing was asked of her.
    """
    user, last_day = member.user, member.last_day  # type: ignore[attr-defined]
    today = study_day(user, now=now)
    had_cards_on = max(given_on or today, local_time(user, now=member.joined_at).date())
    first = max(had_cards_on, last_day + DAY) if last_day else had_cards_on
    idle = school_days(first, today, free=holidays | _away(user, first, today))
    return ClassStudent(user, today, member.excused_until, days, last_day, idle)


def _away(user: User, first: date, end: date) -> set[date]:
    if user.break_from is None or user.break_until is None:
        return set()
    first, end = max(first, user.break_from), min(end, user.break_until + DAY)
    return {first + n * DAY for n in range((end - first).days)}


def school_days(first: date, end: date, *, free: Set[date] = frozenset()) -> int:
    """Mondays to Fridays from `first` on, without `end` and without those that are free."""
    if first >= end:
        return 0
    weeks, rest = divmod((end - first).days, 7)
    of_rest = sum((first.weekday() + place) % 7 < SCHOOL_DAYS_A_WEEK for place in range(rest))
    off = sum(first <= day < end and day.weekday() < SCHOOL_DAYS_A_WEEK for day in free)
    return SCHOOL_DAYS_A_WEEK * weeks + of_rest - off
