"""How often a class code may be tried: by a student, by a visitor, and wrongly by everybody together."""

from allauth.core import ratelimit
from django.http import HttpRequest

EVERYBODY = {"action": "join_wrong", "key": "everybody"}
VISITOR = {"action": "join_visitor"}


def may_try(request: HttpRequest) -> bool:
    """Each try of a student counts, so that no burst gets through; of a visitor only the wrong ones do, because a
    whole school signs up from one address.
    """
    hers = {"action": "join"} if request.user.is_authenticated else {**VISITOR, "dry_run": True}
    return ratelimit.consume(request, **hers) and ratelimit.consume(request, **EVERYBODY, dry_run=True)


def count_wrong(request: HttpRequest) -> None:
    ratelimit.consume(request, **EVERYBODY)
    if not request.user.is_authenticated:
        ratelimit.consume(request, **VISITOR)
