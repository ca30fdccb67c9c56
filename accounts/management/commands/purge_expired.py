import json
from datetime import datetime
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import counts, retention
from accounts.models import User


class Command(BaseCommand):
    help = (
        "Forget what the school needs no longer, for cron, once a day: students without a class for a year or not seen "
        "for two (a month after teachers were told), audit events of a year ago, log-in codes, sessions, counts of "
        "limits and imports that have run out. Prints counts and no names."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say how many there are")
        parser.add_argument("--json", action="store_true", help="say it for a program")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        if options["dry_run"]:
            self._say(options, **_counted(now))
            return
        spared = retention.spare(now)
        erased, refused = retention.erase_expired(now)
        told = retention.tell(now)
        events, codes = retention.old_events(now).delete()[0], retention.old_codes(now).delete()[0]
        self._say(options, told=told, spared=spared, erased=erased, events=events, codes=codes)
        call_command("clearsessions")
        counts.forget_expired(now)
        call_command("clear_imports", stdout=StringIO() if options["json"] else self.stdout)
        failed = self._write_to_readers(now) if told and settings.EMAIL_IS_SET_UP else 0
        if refused or failed:
            raise CommandError(f"{refused} could not be erased, {failed} mails could not be sent")

    def _say(self, options: dict[str, Any], **counted: int) -> None:
        if options["json"]:
            self.stdout.write(json.dumps({**counted, "dry_run": options["dry_run"]}))
            return
        days = retention.NOTICE.days
        self.stdout.write("{told} students to be erased in {days} days, {spared} spared".format(**counted, days=days))
        self.stdout.write(
            "{erased} students erased, {events} audit events and {codes} log-in codes forgotten".format(**counted)
        )
        if options["dry_run"]:
            self.stdout.write("Nothing was changed.")

    def _write_to_readers(self, now: datetime) -> int:
        """The number of mails that failed; what they say stands on the teacher’s desk as well."""
        failed = 0
        for reader in retention.readers():
            if count := retention.told_to(reader).filter(erase_told_at=now).count():
                try:
                    with override(reader.language or settings.LANGUAGE_CODE):
                        _message(reader, count, now).send()
                except Exception as error:  # whatever a mail server does to one, the others get theirs
                    self.stderr.write(f"user {reader.pk}: {type(error).__name__}")
                    failed += 1
        return failed


def _counted(now: datetime) -> dict[str, int]:
    rows = {
        "told": retention.to_tell(now),
        "spared": retention.to_spare(now),
        "erased": retention.to_erase(now),
        "events": retention.old_events(now),
        "codes": retention.old_codes(now),
    }
    return {name: found.count() for name, found in rows.items()}


def _message(reader: User, count: int, now: datetime) -> EmailMessage:
    """Plain text, and no student's name: nobody has checked that the address is the reader's."""
    context = {"count": count, "day": now + retention.NOTICE, "desk_url": settings.SITE_URL + reverse("teach")}
    text = render_to_string("accounts/leaving.txt", context)
    headers = {"Auto-Submitted": "auto-generated"}
    return EmailMessage(_("Accounts that will be erased"), text, to=[reader.email], headers=headers)
