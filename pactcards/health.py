"""Whether this process lives, and whether visitors may be sent to it; why not, `manage.py status` says."""

import logging
import shutil
from collections.abc import Iterator
from functools import cache
from operator import itemgetter
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pactcards.database.tried_out import warnings

LEAST_FREE_BYTES = 200_000_000
UNAVAILABLE = 503

logger = logging.getLogger(__name__)


@login_not_required
@require_safe
@never_cache
def health_live(request: HttpRequest) -> HttpResponse:
    """A process that does not answer this wants to be started anew."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
@never_cache
def health_ready(request: HttpRequest) -> HttpResponse:
    """Whoever has the token reads why not, and what else wants looking after."""
    found = list(troubles())
    lines = ["not ready" if found else "ok"]
    if has_token(request):
        lines += [*found, *(f"warning: {words}" for words in warnings(settings.BACKUP_DIR, now=timezone.now()))]
    if not found:
        return HttpResponse("\n".join(lines), content_type="text/plain")
    logger.error("not ready: %s", "; ".join(found))
    headers = {"Retry-After": "5"}
    return HttpResponse("\n".join(lines), status=UNAVAILABLE, content_type="text/plain", headers=headers)


def has_token(request: HttpRequest) -> bool:
    """That of a monitoring system."""
    asked = request.headers.get("Authorization", "")
    return bool(settings.METRICS_TOKEN) and constant_time_compare(asked, f"Bearer {settings.METRICS_TOKEN}")


def troubles() -> Iterator[str]:
    """Why no visitor should be sent here, in words for whoever looks after the server."""
    if is_in_maintenance():
        yield f"in maintenance: {settings.MAINTENANCE_FILE} is there"
    free = shutil.disk_usage(settings.DATA_DIR).free
    if free < LEAST_FREE_BYTES:
        yield f"only {free // 1_000_000} MB are free on the disk"
    try:
        missing = newest_migrations() - set(MigrationRecorder(connection).applied_migrations())
    except DatabaseError as error:
        yield f"the database does not answer ({type(error).__name__})"
    else:
        yield from (f"migration {app}.{name} has not been run" for app, name in sorted(missing))


def trouble_with_room(wanted: dict[Path, int]) -> Iterator[str]:
    """Where so many bytes more find none; of two places on one disk the one that wants more."""
    disks = {}
    for place, more in sorted(wanted.items(), key=itemgetter(1)):
        there = next(folder for folder in (place.absolute(), *place.absolute().parents) if folder.exists())
        disks[there.stat().st_dev] = (there, LEAST_FREE_BYTES + more)
    for there, needed in disks.values():
        if (free := shutil.disk_usage(there).free) < needed:
            yield f"only {free // 1_000_000} MB are free on the disk of {there}, and {needed // 1_000_000} are needed"


def is_in_maintenance() -> bool:
    return settings.MAINTENANCE_FILE.exists()


@cache
def newest_migrations() -> frozenset[tuple[str, str]]:
    """Those that this version of the code has; they can’t change while it runs."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())
