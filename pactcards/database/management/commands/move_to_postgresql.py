from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pactcards.database import vendors
from pactcards.database.errors import DatabaseToolError
from pactcards.database.moving import move


class Command(BaseCommand):
    help = (
        "Copy every row of this SQLite database into an empty PostgreSQL one, in one transaction, and compare them. "
        "Stop the server first; afterwards set DATABASE_URL to the new one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", required=True, help="postgres://user:password@host/name of an empty database")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if users := vendors.vendor().users_of(vendors.name()):
                raise DatabaseToolError(f"The server still runs: {users}. Stop it first.")
            tables = move(options["to"])
        except DatabaseToolError as error:
            raise CommandError(str(error)) from None
        rows = sum(table["rows"] for table in tables.values())
        self.stdout.write(
            f"{rows} rows in {len(tables)} tables moved and compared. Set DATABASE_URL to the new address."
        )
