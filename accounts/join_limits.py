"""How often a class code may be tried: by a student, for the name that a visitor wants, and wrongly by everybody.

Nothing is counted by address, for a whole school comes from one; and whoever has a right code is let in however many
wrong ones others have sent, or one student could shut out a school. What keeps a class from being guessed is its code:
of 31^8 there are a hundred or so, and one address may sign up 300 times a minute.
"""

from datetime import datetime
from typing import Any

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse

from accounts.audit import record_refused
from accounts.limits import refuse

STUDENT, VISITOR, WRONG = "join", "join_visitor", "join_wrong"  # also the codes of the errors of a form
EVERYBODY = "everybody"


def may_try(request: HttpRequest, name: str = "") -> bool:
    """Each try counts before it is looked at, so that no burst gets through."""
    if request.user.is_authenticated:
        return ratelimit.consume(request, action=STUDENT)
    return ratelimit.consume(request, action=VISITOR, key=name)


def name_in(form: Any) -> str:
    """As it was typed, whether or not one may have it: those who may not would share a count."""
    return form.data.get("username", "").strip().lower()


def may_be_wrong(request: HttpRequest) -> bool:
    return ratelimit.consume(request, action=WRONG, key=EVERYBODY)


def refused(request: HttpRequest, form: Any, *, now: datetime) -> HttpResponse | None:
    """Where a limit has refused the code in a form."""
    codes = {error.code for errors in form.errors.as_data().values() for error in errors}
    keys = {STUDENT: None, VISITOR: name_in(form), WRONG: EVERYBODY}
    for action in codes & keys.keys():
        record_refused(f"{action}:{keys[action] or request.user.pk}", by=request.user, now=now, joining=1)
        return refuse(request, action, now=now, key=keys[action])
    return None
