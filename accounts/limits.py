"""READS how long somebody has to wait whom one of allauth’s limits refuses, and says so."""

from datetime import datetime
from math import ceil

from allauth.core.internal.ratelimit import get_cache_key, get_rates
from allauth.core.ratelimit import respond_429
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

APP = "allauth.account"


def refuse(request: HttpRequest, action: str, *, now: datetime, key: str | None = None) -> HttpResponse:
    request.wait_seconds = seconds_left(request, action, now=now, key=key)  # type: ignore[attr-defined]
    return respond_429(request)


def seconds_left(request: HttpRequest, action: str, *, now: datetime, key: str | None = None) -> int:
    """Until the next try, by that of its limits which is used up for the longest."""
    left = [1]
    for rate in get_rates(app=APP, action=action):
        tries = cache.get(get_cache_key(request, app=APP, action=action, rate=rate, key=key), [])
        if tries and len(tries) >= rate.amount:  # the newest first
            left.append(ceil(tries[max(rate.amount, 1) - 1] + rate.duration - now.timestamp()))
    return max(left)
