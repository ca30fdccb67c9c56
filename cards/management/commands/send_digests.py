from datetime import date, datetime, timedelta
from typing import Any

from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.days import local_time, monday_of, study_day
from accounts.mailings import DIGEST, NOT_NOW, add_if_set_up, address, is_set_up, tell
from accounts.models import Membership, SchoolClass, User
from cards.stats import QUIET_SCHOOL_DAYS, RATE_DAYS, Overview, load_overview
from cards.views.labels import weekday_and_day

MONDAY = 1


class Command(BaseCommand):
    help = (
        "Send each teacher who asked for it a mail about her classes, once a week, if there is something to say. "
        "For cron, every hour; two runs at the same time send nothing twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_if_set_up(parser)
        parser.add_argument(
            "--weekday",
            type=int,
            choices=range(1, 8),
            default=MONDAY,
            metavar="DAY",
            help="on this day of the week, 1 (Monday, the default) to 7",
        )
        parser.add_argument(
            "--from-hour",
            type=int,
            choices=range(24),
            default=6,
            metavar="HOUR",
            help="not before this hour of the teacher's own clock, 0 to 23 (default 6)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_set_up("Digests", or_say=not options["if_set_up"]):
            return
        now = timezone.now()
        results = (
            self._write_to(user, now)
            for user in DIGEST.readers()
            if _is_time(user, options["weekday"], options["from_hour"], now)
        )
        tell(self, results)

    def _write_to(self, user: User, now: datetime) -> str:
        today = local_time(user, now=now).date()  # by the calendar: her study day may begin as late as noon
        if DIGEST.is_taken(user, since=monday_of(today)):
            return NOT_NOW
        overviews = _overviews(user, study_day(user, now=now), now)
        if not overviews:
            return NOT_NOW
        return DIGEST.send_once(self, user, lambda: _letter(user, overviews), today=today, since=monday_of(today))


def _is_time(user: User, weekday: int, from_hour: int, now: datetime) -> bool:
    clock = local_time(user, now=now)
    return clock.isoweekday() == weekday and clock.hour >= from_hour


def _overviews(user: User, today: date, now: datetime) -> list[Overview]:
    """Her living classes that have something to say, over the days since the Monday before today."""
    teaching = {"memberships__user": user, "memberships__role": Membership.Role.TEACHER}
    since = monday_of(today - timedelta(days=1))
    classes = SchoolClass.objects.living().filter(**teaching)
    overviews = [load_overview(school_class, since=since, today=today, now=now) for school_class in classes]
    return [overview for overview in overviews if _has_practised(overview)]


def _has_practised(overview: Overview) -> bool:
    """Through the holidays, and of a class that has not begun, there is nothing to say every week."""
    lately = overview.today - timedelta(days=RATE_DAYS)
    return any(student.last_day and student.last_day > lately for student in overview.counted)


def _letter(user: User, overviews: list[Overview]) -> EmailMessage:
    """No student's name: a mail is read on many screens."""
    context = {"parts": [_part(overview) for overview in overviews], "quiet_days": QUIET_SCHOOL_DAYS}
    return DIGEST.letter(user, _("Your classes: where they are stuck"), "cards/digest.txt", context)


def _part(overview: Overview) -> dict[str, Any]:
    pk = overview.school_class.pk
    class_url = f"{address('school_class', pk)}?since={overview.since}"
    since = weekday_and_day(overview.since)
    return {"overview": overview, "since": since, "class_url": class_url, "do_now_url": address("do_now", pk)}
