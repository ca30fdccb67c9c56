"""For the audit log: to whom the form of a deck gives it, and who looks after it."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from accounts.audit import Kind, record
from cards.models import Assignment, DeckTeacher


def record_formset(request: HttpRequest, formset: Any) -> None:
    changed = [row for row, _fields in formset.changed_objects]
    if formset.model is Assignment:
        _record_given(request, Kind.DECK_ASSIGNED, formset.new_objects)
        _record_given(request, Kind.DECK_TAKEN, formset.deleted_objects)
    elif formset.model is DeckTeacher:
        _record_roles(request, [*formset.new_objects, *changed], teaches=1)
        _record_roles(request, formset.deleted_objects, teaches=0)


def _record_given(request: HttpRequest, kind: Kind, assignments: Iterable[Assignment]) -> None:
    for given in assignments:
        record(kind, by=request.user, of=given.deck, now=timezone.now(), school_class=given.school_class_id)


def _record_roles(request: HttpRequest, teachers: Iterable[DeckTeacher], *, teaches: int) -> None:
    for teacher in teachers:
        about = {"deck": teacher.deck_id, "teaches": teaches, "can_edit": teacher.can_edit}
        record(Kind.ROLE_CHANGED, by=request.user, of=teacher.user, now=timezone.now(), **about)
