"""WRITES nothing and takes everything: erases a person, by what the models declare (accounts.privacy).

What stays knows her by a number alone: the audit log, and nobody else's history. Figures of a class are worked out from
its students' answers whenever they are looked at, so hers are no longer in them. A restored backup brings her back, so
a list outside the database (accounts.erasures) says who was erased, and `restore` erases them again.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import DO_NOTHING, Model, QuerySet, RestrictedError, TextField
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.audit import Kind, record
from accounts.erasures import note_erased
from accounts.models import User
from accounts.privacy import Policy, declared

Count = tuple[str | Promise, int]


class CannotEraseError(Exception):
    """Says in a sentence what has to be done first."""


def what_goes(people: "QuerySet[User]") -> list[Count]:
    """How many rows of each kind go with them."""
    counts = [(model, model._base_manager.filter(**{f"{path}__in": people}).count()) for model, path in _hers()]
    return [(model._meta.verbose_name_plural or "", count) for model, count in counts if count]


def refusal(user: User) -> str:
    """Why she cannot be erased as things stand; nothing if she can."""
    superusers = User.objects.filter(is_superuser=True, is_active=True)
    if user.is_superuser and not superusers.exclude(pk=user.pk).exists():
        return _("%(name)s is the last superuser. Make somebody else one first.") % {"name": user}
    if alone := ", ".join(_left_alone_by(user)):
        sentence = _("Nobody but %(name)s looks after %(what)s. Give that to another teacher first, or archive it.")
        return sentence % {"name": user, "what": alone}
    return ""


def erase(number: int, *, by: User | None, now: datetime) -> bool:
    """All of her, or nothing; False if there is nobody of this number. Raises CannotEraseError."""
    with transaction.atomic():
        list(User.objects.select_for_update().filter(is_superuser=True))  # two may not erase each other
        user = User.objects.select_for_update().filter(pk=number).first()
        if user is None:
            return False
        if why := refusal(user):
            raise CannotEraseError(why)
        record(Kind.ERASED, by=by, of=user, now=now)
        _erase(user)
        _note(number, user, now)
    return True


def _note(number: int, user: User, now: datetime) -> None:
    """The last thing before the commit: nobody is erased whom a restored backup would keep."""
    try:
        note_erased(number, user.date_joined, now=now)
    except OSError:
        sentence = _("The list of erasures cannot be written, so %(name)s was not erased. Tell who runs the server.")
        raise CannotEraseError(sentence % {"name": user}) from None


def _erase(user: User) -> None:
    _end_sessions(user)
    _forget_in_admin_log(user)
    for model, path in _hers():
        key = model._meta.get_field(path.split("__")[0]).remote_field
        if getattr(key, "on_delete", None) is DO_NOTHING:  # the database does not take these along
            model._base_manager.filter(**{path: user.pk}).delete()
    try:
        user.delete()
    except RestrictedError:
        sentence = _("Somebody else has answered a card that %(name)s wrote, which should never be.")
        raise CannotEraseError(sentence % {"name": user}) from None


def _hers() -> Iterator[tuple[type[Model], str]]:
    return declared(Policy.EXPORT, Policy.ERASE)


def _left_alone_by(user: User) -> Iterator[str]:
    """What a model says must have somebody who looks after it."""
    for model in apps.get_models():
        rows = model._default_manager.all()
        if hasattr(rows, "looked_after_only_by"):
            yield from map(str, rows.looked_after_only_by(user))


def _forget_in_admin_log(user: User) -> None:
    """The admin writes down what a row was called and which words were changed."""
    for model, path in _hers():
        hers = model._base_manager.filter(**{path: user.pk}).annotate(number=Cast("pk", TextField()))
        about = ContentType.objects.get_for_model(model, for_concrete_model=False)
        LogEntry.objects.filter(content_type=about, object_id__in=hers.values("number")).delete()
    written = json.dumps(user.username)[1:-1]  # as it stands in the JSON of a message
    near = LogEntry.objects.filter(change_message__contains=written).values_list("pk", "change_message")
    hers = [number for number, message in near.iterator() if _names(message, user.username)]
    LogEntry.objects.filter(pk__in=hers).update(change_message="")


def _names(message: str, username: str) -> bool:
    """Whether it tells of a row that is called after her: her name may also be a part of another, or a field’s."""
    try:
        steps = [what for step in json.loads(message) for what in step.values()]
        told = " ".join(str(what["object"]) for what in steps if "object" in what)
    except (ValueError, TypeError, AttributeError):
        told = message  # in words, by a command or another library
    return re.search(rf"(?<![\w.@+-]){re.escape(username)}(?![\w.@+-])", told) is not None


def _end_sessions(user: User) -> None:
    for session in Session.objects.iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()
