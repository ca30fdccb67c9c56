from collections import Counter
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext, override

from accounts import reminders
from accounts.days import local_time, study_day
from accounts.models import User
from cards.queue import Queue, load_queue

SENT, FAILED, NOT_NOW = "sent", "failed", "not now"


class Command(BaseCommand):
    help = (
        "Send a mail to each student who asked for it, once a study day, if cards are due. For cron, every hour; "
        "two runs at the same time send nothing twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--from-hour",
            type=int,
            choices=range(24),
            default=16,
            metavar="HOUR",
            help="not before this hour of the student's own clock, 0 to 23 (default 16)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMAIL_IS_SET_UP:
            raise CommandError("Reminders are off: EMAIL_URL is not set.")
        now = timezone.now()
        counts = Counter(self._remind(user, options["from_hour"], now) for user in reminders.students_to_remind())
        self.stdout.write(f"{counts[SENT]} sent")
        if counts[FAILED]:
            raise CommandError(f"{counts[FAILED]} could not be sent; the next run tries again")

    def _remind(self, user: User, from_hour: int, now: datetime) -> str:
        today = study_day(user, now=now)
        if local_time(user, now=now).hour < from_hour or (user.reminded_on and user.reminded_on >= today):
            return NOT_NOW
        queue = load_queue(user, today=today)
        if not queue.due or not reminders.claim(user, today=today):
            return NOT_NOW
        try:
            with override(user.language or settings.LANGUAGE_CODE):
                _message(user, queue).send()
        except Exception as error:  # whatever a mail server does to one student, the others get theirs
            reminders.give_back(user, today=today)
            self.stderr.write(f"{user.username}: {type(error).__name__}: {error}")
            return FAILED
        return SENT


def _message(user: User, queue: Queue) -> EmailMessage:
    """Plain text. It names nobody, because nobody has checked that the address is hers."""
    stop_url = _address("reminder_stop", reminders.stop_token(user))
    context = {
        "count": queue.waiting,
        "minutes": queue.minutes(user),
        "review_url": _address("review"),
        "settings_url": _address("settings"),
        "stop_url": stop_url,
    }
    subject = ngettext("%(count)d card is waiting", "%(count)d cards are waiting", queue.waiting)
    return EmailMessage(
        subject % {"count": queue.waiting},
        render_to_string("cards/reminder.txt", context),
        to=[user.email],
        headers={
            "List-Unsubscribe": f"<{stop_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
            "Content-Language": str(get_language()),
        },
    )


def _address(name: str, *args: str) -> str:
    return settings.SITE_URL + reverse(name, args=args)
