from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pactcards.database import vendors
from pactcards.database.errors import DatabaseToolError
from pactcards.health import trouble_with_disk


class Command(BaseCommand):
    help = "Say what stands in the way of an upgrade; exits with 1 if anything does. `make upgrade` asks it first."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            vendor, name = vendors.vendor(), vendors.name()
            found = list(trouble_with_disk(vendor.room_for_a_way_back(name)))
            if machines := vendor.other_machines(name):  # they would answer while the database changes
                found.append(f"PactCards still runs on {machines}: stop it there first")
        except DatabaseToolError as error:
            raise CommandError(str(error)) from None
        if found:
            raise CommandError("; ".join(found))
