"""Cards on their way in: what was read of a paste or a file, until the teacher has looked at it."""

from datetime import datetime, timedelta
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.privacy import Policy
from cards.models.decks import Deck

WAITS_FOR = timedelta(hours=24)


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    def of_teacher(self, teacher: User) -> Self:
        return self.filter(user=teacher, deck__in=Deck.objects.editable_by(teacher))

    def expired(self, now: datetime) -> Self:
        """Looked at and never imported."""
        return self.filter(imported_at__isnull=True, made_at__lte=now - WAITS_FOR)

    def alive(self, now: datetime) -> Self:
        """Imported, or still waiting."""
        return self.filter(Q(imported_at__isnull=False) | Q(made_at__gt=now - WAITS_FOR))

    def with_leftovers(self, now: datetime) -> Self:
        """Imported a day ago, with the rows that were kept back still in it."""
        return self.filter(imported_at__lte=now - WAITS_FOR).exclude(rows=[], choices={})


class ImportBatch(models.Model):
    """The rows of one import, waiting at the look step for a day; afterwards what can be undone."""

    class Kind(models.TextChoices):
        TEXT = "text", _("text")
        APKG = "apkg", _("Anki package")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    deck = models.ForeignKey(Deck, models.CASCADE, related_name="import_batches", verbose_name=_("deck"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="import_batches")
    kind = models.CharField(max_length=4, choices=Kind, default=Kind.TEXT)
    name = models.CharField(_("file"), max_length=200, blank=True)
    text = models.TextField(blank=True)  # as pasted, so that it can be read anew with another separator
    rows = models.JSONField(default=list)  # as read: see cards.interchange.rows
    choices = models.JSONField(default=dict)  # what the teacher chose at the look step: motives by tag, header, …
    changes = models.JSONField(default=list)  # {"card": id, "before": {field: …}, "after": …} of cards it changed
    made_at = models.DateTimeField()
    imported_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    privacy = {"user": Policy.EXPORT}

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(imported_at__isnull=False), name="import_undone_after_imported"
            )
        ]
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return f"{self.deck} · {self.made_at:%Y-%m-%d %H:%M}"
