"""A backup in a process of its own, to be killed."""

import sys
from pathlib import Path

import django


def main(database, directory):
    django.setup()
    from django.db import connection
    from django.utils import timezone

    from pactcards.database.making import make_backup

    connection.settings_dict["NAME"] = database
    make_backup(Path(directory), now=timezone.now())


if __name__ == "__main__":
    main(*sys.argv[1:])
