"""How the server is, for whoever looks after it: version, database, disk, the last backup that was tried out."""

import shutil
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection

from pactcards.database.making import version
from pactcards.database.tried_out import last_verified, warnings
from pactcards.health import troubles


def status(*, now: datetime) -> dict[str, Any]:
    """Plain values, for people and programs; `troubles` is empty when all is well."""
    backup = last_verified(settings.BACKUP_DIR)
    found = [*troubles(), *warnings(settings.BACKUP_DIR, now=now)]
    return {
        "version": version(),
        "database": f"{connection.vendor} {'.'.join(map(str, connection.get_database_version()))}",
        "free_mb": shutil.disk_usage(settings.DATA_DIR).free // 1_000_000,
        "last_verified_backup": backup,
        "mail": "set up" if settings.EMAIL_IS_SET_UP else "not set up",
        "troubles": found,
    }
