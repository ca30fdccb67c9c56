"""How the server is, for whoever looks after it: version, database, disk, the last backup that was tried out."""

import shutil
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from pactcards.database.making import version
from pactcards.database.verifying import last_verified
from pactcards.health import troubles

OLDEST_BACKUP = timedelta(hours=26)


def status(*, now: datetime) -> dict[str, Any]:
    """Plain values, for people and programs; `troubles` is empty when all is well."""
    backup = last_verified(settings.BACKUP_DIR)
    found = [*troubles(), *_troubles_of_backup(backup, now)]
    return {
        "version": version(),
        "database": f"{connection.vendor} {'.'.join(map(str, connection.get_database_version()))}",
        "free_mb": shutil.disk_usage(settings.DATA_DIR).free // 1_000_000,
        "last_verified_backup": backup,
        "mail": "set up" if settings.EMAIL_IS_SET_UP else "not set up",
        "troubles": found,
    }


def _troubles_of_backup(backup: dict[str, Any] | None, now: datetime) -> list[str]:
    if backup is None:
        return ["no backup has been tried out yet: run backup --verify"]
    age = now - datetime.fromisoformat(backup["made_at"])
    if age > OLDEST_BACKUP:
        return [f"the last backup that was tried out is {age / timedelta(hours=1):.0f} hours old"]
    return []
