import json
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from pactcards.status import status


class Command(BaseCommand):
    help = (
        "Say how the server is; exits with 1 if something needs looking after. --mail-to tries whether mail goes out."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="say it for a program")
        parser.add_argument("--mail-to", metavar="ADDRESS", help="send a test mail there")

    def handle(self, *args: Any, **options: Any) -> None:
        found = status(now=timezone.now())
        if options["mail_to"]:
            found["mail"] = self._send(options["mail_to"], found["troubles"])
        self.stdout.write(json.dumps(found) if options["json"] else _words(found))
        if found["troubles"]:
            raise CommandError("; ".join(found["troubles"]))

    def _send(self, address: str, troubles: list[str]) -> str:
        if not settings.EMAIL_IS_SET_UP:  # what is sent then goes nowhere, without a word
            troubles.append("mail is not set up, so no test mail was sent: set EMAIL_URL")
            return "not set up"
        try:
            send_mail("PactCards: test", "This server can send mail.", None, [address])
        except OSError as error:
            troubles.append(f"the test mail was not taken ({type(error).__name__})")
            return "refused"
        return "sent"


def _words(found: dict[str, Any]) -> str:
    backup = found["last_verified_backup"]
    lines = [
        f"version   {found['version']}",
        f"database  {found['database']}",
        f"disk      {found['free_mb']:,} MB free",
        f"backup    {backup['file'] + ', made ' + backup['made_at'] if backup else 'none tried out'}",
        f"mail      {found['mail']}",
    ]
    return "\n".join(lines)
