from datetime import datetime
from typing import Any

from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.days import local_time, study_day
from accounts.mailings import NOT_NOW, REMINDER, add_if_set_up, address, is_set_up, tell
from accounts.models import User
from cards.queue import Queue, load_queue


class Command(BaseCommand):
    help = (
        "Send a mail to each student who asked for it, once a study day, if cards are due. For cron, every hour; "
        "two runs at the same time send nothing twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_if_set_up(parser)
        parser.add_argument(
            "--from-hour",
            type=int,
            choices=range(24),
            default=16,
            metavar="HOUR",
            help="not before this hour of the student's own clock, 0 to 23 (default 16)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_set_up("Reminders", or_say=not options["if_set_up"]):
            return
        now = timezone.now()
        tell(self, (self._remind(user, options["from_hour"], now) for user in REMINDER.readers()))

    def _remind(self, user: User, from_hour: int, now: datetime) -> str:
        today = study_day(user, now=now)
        if local_time(user, now=now).hour < from_hour or REMINDER.is_taken(user, since=today):
            return NOT_NOW
        queue = load_queue(user, today=today)
        if not queue.due:
            return NOT_NOW
        return REMINDER.send_once(self, user, lambda: _letter(user, queue), today=today, since=today)


def _letter(user: User, queue: Queue) -> EmailMessage:
    """It names nobody, because others may look over her shoulder."""
    context = {"count": queue.waiting, "minutes": queue.minutes(user), "review_url": address("review")}
    subject = ngettext("%(count)d card is waiting", "%(count)d cards are waiting", queue.waiting)
    return REMINDER.letter(user, subject % {"count": queue.waiting}, "cards/reminder.txt", context)
