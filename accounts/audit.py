"""WRITES who did what, when, and to what: one row for each event, by numbers, with no word that anybody wrote.

Views and the admin record, and nobody but a superuser reads. No address is kept, no secret, no text of a card: `about`
takes numbers and flags, so there is no place for them. A year later `manage.py purge_expired` forgets the row.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.privacy import Policy

REFUSED_AGAIN_AFTER_SECONDS = 900


class Kind(models.TextChoices):
    LOG_IN = "log_in", _("logged in")
    LOG_IN_FAILED = "log_in_failed", _("log-in failed")
    TRIES_REFUSED = "tries_refused", _("too many tries: refused")
    LOG_OUT = "log_out", _("logged out")
    LOG_OUT_EVERYWHERE = "log_out_everywhere", _("logged out everywhere else")
    SIGN_UP = "sign_up", _("signed up")
    FACTOR_SET_UP = "factor_set_up", _("second factor set up")
    FACTOR_REMOVED = "factor_removed", _("second factor removed")
    FACTOR_CODES = "factor_codes", _("new recovery codes")
    PASSWORD_CHANGED = "password_changed", _("password changed")
    PASSWORD_RESET = "password_reset", _("password reset by e-mail")
    EMAIL_CONFIRMED = "email_confirmed", _("e-mail address confirmed")
    EMAIL_REMOVED = "email_removed", _("e-mail address removed")
    SIGN_IN_LINKED = "sign_in_linked", _("Google or Microsoft account linked")
    SIGN_IN_UNLINKED = "sign_in_unlinked", _("Google or Microsoft account unlinked")
    CODE_MADE = "code_made", _("log-in code made")
    CODE_REDEEMED = "code_redeemed", _("log-in code used")
    ACCOUNT_MADE = "account_made", _("account made")
    STUDENT_RESET = "student_reset", _("student’s log-in made anew")
    STUDENT_JOINED = "student_joined", _("student joined a class")
    STUDENT_MOVED = "student_moved", _("student moved to another class")
    STUDENT_REMOVED = "student_removed", _("student taken out of a class")
    STUDENT_EXCUSED = "student_excused", _("student excused, or no longer")
    CLASS_MADE = "class_made", _("class made")
    CLASS_CODE = "class_code", _("class code changed or closed")
    CLASS_ARCHIVED = "class_archived", _("class archived")
    CLASS_BACK = "class_back", _("class brought back")
    CLASS_MOVED_UP = "class_moved_up", _("class moved up")
    CLASS_DELETED = "class_deleted", _("class deleted")
    CLASS_EXPORTED = "class_exported", _("table of a class downloaded")
    DECK_PUBLISHED = "deck_published", _("deck published")
    DECK_ARCHIVED = "deck_archived", _("deck archived")
    DECK_ASSIGNED = "deck_assigned", _("deck given to a class")
    DECK_TAKEN = "deck_taken", _("deck taken from a class")
    DECK_EXPORTED = "deck_exported", _("deck downloaded")
    IMPORTED = "imported", _("cards imported")
    IMPORT_UNDONE = "import_undone", _("import undone")
    TEACHER_INVITED = "teacher_invited", _("teacher invited")
    RENAMED = "renamed", _("user name changed")
    ROLE_CHANGED = "role_changed", _("role or rights changed")
    COPY_MADE = "copy_made", _("copy of a person’s data downloaded")
    ERASED = "erased", _("person erased")


class AuditEvent(models.Model):
    """One event. `by` is let go of when the person is erased; the number stays and says nothing any more."""

    kind = models.CharField(_("event"), max_length=20, choices=Kind)
    at = models.DateTimeField(_("at"), db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by whom")
    )
    by_number = models.PositiveBigIntegerField(_("number of the person"), null=True, db_index=True)
    of_kind = models.CharField(_("object"), max_length=30, blank=True)
    of_number = models.PositiveBigIntegerField(_("number of the object"), null=True)
    detail = models.CharField(_("detail"), max_length=200, blank=True)

    privacy = {"by": Policy.RECORD}

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events of the audit log")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["of_kind", "of_number"], name="audit_event_of")]
        constraints = [models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="audit_event_kind_known")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind}"


def record(kind: Kind, *, now: datetime, by: Any = None, of: models.Model | None = None, **about: int | None) -> None:
    """`by` is who did it, None for a command or a visitor; `of` is what it was done to, while it has its number."""
    record_each(kind, [of], now=now, by=by, **about)


def record_refused(name: str, *, now: datetime, by: Any = None, of: models.Model | None = None, **about: int) -> None:
    """That there were too many tries for one name: who goes on trying makes no more rows of it than one in a while."""
    if cache.add(f"refused:{name}", True, REFUSED_AGAIN_AFTER_SECONDS):
        record(Kind.TRIES_REFUSED, now=now, by=by, of=of, **about)


def record_each(
    kind: Kind, of_all: Iterable[models.Model | None], *, now: datetime, by: Any = None, **about: int | None
) -> None:
    """The same event for each of several."""
    number = by.pk if by is not None and by.is_authenticated else None
    detail = " ".join(f"{name}={value}" for name, value in about.items() if value is not None)
    AuditEvent.objects.bulk_create(
        AuditEvent(
            kind=kind,
            at=now,
            by_id=number,
            by_number=number,
            of_kind=(of._meta.model_name or "") if of else "",
            of_number=of.pk if of else None,
            detail=detail,
        )
        for of in of_all
    )
