"""What a student writes beside a card: a note, a flag for the teacher, “I thought that too”."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, SchoolClass, SchoolClassQuerySet, User
from accounts.privacy import Policy
from cards.models.cards import Card


class Misbelief(models.Model):
    """“I thought that too”: a student had the card's common mistake in mind."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="misbeliefs", verbose_name=_("student")
    )
    card = models.ForeignKey(Card, models.RESTRICT, related_name="misbeliefs", verbose_name=_("card"))
    said_at = models.DateTimeField(_("said at"))
    privacy = {"user": Policy.EXPORT}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "card"], name="misbelief_once")]
        verbose_name = _("misbelief")
        verbose_name_plural = _("misbeliefs")

    def __str__(self) -> str:
        return f"{self.user_id} · {self.card_id}"


class Note(models.Model):
    """Her own words beside a card; nobody else reads them."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="notes")
    card = models.ForeignKey(Card, models.CASCADE, related_name="notes")
    text = models.TextField(_("note"), max_length=1000)
    privacy = {"user": Policy.EXPORT}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "card"], name="note_once")]
        verbose_name = _("note")
        verbose_name_plural = _("notes")

    def __str__(self) -> str:
        return f"{self.user_id} · {self.card_id}"


class FlagQuerySet(models.QuerySet["Flag"]):
    def standing(self) -> Self:
        """Those that no teacher has settled yet."""
        return self.filter(settled_at__isnull=True)

    def visible_to(self, teacher: User) -> Self:
        """What students of her classes say of cards that she sees, and anybody of cards that she looks after."""
        return self._about(teacher, SchoolClass.objects.visible_to(teacher))

    def editable_by(self, teacher: User) -> Self:
        """A teacher who only looks at a class settles nothing of its students."""
        return self._about(teacher, SchoolClass.objects.editable_by(teacher))

    def _about(self, teacher: User, classes: SchoolClassQuerySet) -> Self:
        """A student of two classes speaks of the other teacher’s decks to that teacher alone."""
        students = Membership.objects.students().filter(school_class__in=classes)
        seen = Q(card__in=Card.objects.visible_to(teacher), user__in=students.values("user"))
        return self.filter(card__deck__owner=None).filter(Q(card__in=Card.objects.editable_by(teacher)) | seen)


class Flag(models.Model):
    """“This seems wrong”, with a reason, for the teacher."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="flags", verbose_name=_("student")
    )
    card = models.ForeignKey(Card, models.CASCADE, related_name="flags", verbose_name=_("card"))
    reason = models.CharField(_("reason"), max_length=500)
    raised_at = models.DateTimeField(_("raised at"))
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    privacy = {"user": Policy.EXPORT}

    objects = FlagQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "card"], condition=Q(settled_at__isnull=True), name="flag_standing_once"
            )
        ]
        verbose_name = _("flag")
        verbose_name_plural = _("flags")

    def __str__(self) -> str:
        return f"{self.card}: {self.reason[:60]}"
