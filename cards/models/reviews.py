"""What a student remembers of each card, and the log of every answer."""

from datetime import date, datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, FilteredRelation, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.privacy import Policy
from cards import sm2
from cards.models.cards import Card
from cards.models.decks import LEARNED_REPETITIONS, Deck, exam_boards

MAXIMUM_ELAPSED_MS = 60_000
LEECH_LAPSES = 8
PRACTICE_SETS = ("deck", "motive", "flagged", "failed", "weakest")


class CardStateQuerySet(models.QuerySet["CardState"]):
    def studied_by(self, user: User, today: date) -> Self:
        return self.filter(
            Q(card__board="") | Q(card__board__in=exam_boards(user)),
            user=user,
            card__status=Card.Status.PUBLISHED,
            card__deck__in=Deck.objects.studied_by(user, today),
        )

    def learned(self) -> Self:
        return self.filter(repetitions__gte=LEARNED_REPETITIONS)

    def with_note(self, user: User) -> Self:
        """Adds `note`, her own words beside the card, or None."""
        return self.annotate(
            her_note=FilteredRelation("card__notes", condition=Q(card__notes__user=user)), note=F("her_note__text")
        )

    def touched_by(self, today: date) -> Self:
        """Answered on `today`, or due by it and not hidden; a card hidden after its answer still used up the day."""
        hidden = Q(suspended=True) | Q(buried_on__isnull=False, buried_on__gte=today)
        return self.filter(Q(answered_on=today) | Q(~hidden, due_on__lte=today))


class CardState(models.Model):
    """What one student remembers of one card; never deleted but with the student.

    Written by cards.review; its dates by cards.revise and cards.replan too, and cards.rebuild mends what is spoilt.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="card_states", verbose_name=_("student")
    )
    card = models.ForeignKey(Card, models.RESTRICT, related_name="states", verbose_name=_("card"))
    version = models.PositiveIntegerField(_("version"), default=0)
    repetitions = models.PositiveIntegerField(_("passes in a row"), default=sm2.NEW.repetitions)
    interval = models.PositiveIntegerField(_("interval"), default=sm2.NEW.interval)
    ease = models.PositiveIntegerField(_("ease in hundredths"), default=sm2.NEW.ease)
    lapses = models.PositiveIntegerField(_("lapses"), default=0)
    sm2_due_on = models.DateField(_("due by SM-2"), null=True)
    plan_on = models.DateField(_("wanted by an exam plan on"), null=True)
    revised_on = models.DateField(_("due after a revision on"), null=True)
    due_on = models.DateField(_("due"), null=True)
    introduced_on = models.DateField(_("first answered on"), null=True)  # study day of the first answer that counts
    answered_on = models.DateField(_("last answered on"), null=True)  # study day of the last scheduled answer or repeat
    answered_at = models.DateTimeField(_("answered at"), null=True)
    repeat_on = models.DateField(_("to be repeated on"), null=True)  # the study day on which it is to be asked again
    suspended = models.BooleanField(_("suspended"), default=False)  # hidden until she brings it back
    buried_on = models.DateField(_("hidden on"), null=True)  # the study day on which it is hidden
    privacy = {"user": Policy.EXPORT}

    note: str | None = None  # annotated by with_note()

    objects = CardStateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "card"], name="card_state_once"),
            models.CheckConstraint(condition=Q(ease__gte=sm2.MINIMUM_EASE), name="card_state_ease_at_least_130"),
            models.CheckConstraint(
                condition=Q(interval__gte=0, interval__lte=sm2.MAXIMUM_INTERVAL),
                name="card_state_interval_in_range",
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True, sm2_due_on__isnull=True)
                | Q(due_on__isnull=False, sm2_due_on__isnull=False, due_on__lte=F("sm2_due_on")),
                name="card_state_due_on_not_after_sm2",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "due_on"], name="card_state_due"),
            models.Index(fields=["user", "answered_on"], name="card_state_answered"),
        ]
        verbose_name = _("card state")
        verbose_name_plural = _("card states")

    def __str__(self) -> str:
        return f"{self.user_id} · {self.card_id} · version {self.version}"

    @property
    def memory(self) -> sm2.Memory:
        return sm2.Memory(self.repetitions, self.interval, self.ease)

    @memory.setter
    def memory(self, memory: sm2.Memory) -> None:
        self.repetitions, self.interval, self.ease = memory.repetitions, memory.interval, memory.ease

    @property
    def is_new(self) -> bool:
        return self.sm2_due_on is None

    @property
    def is_leech(self) -> bool:
        return self.lapses >= LEECH_LAPSES

    @property
    def unseen_revision(self) -> dict[str, Any]:
        """What the card said when she last answered it, by field, if a teacher gave it another meaning since then."""
        before: dict[str, Any] = {}
        for step in reversed(self.card.revised_from if self.answered_at else []):
            if datetime.fromisoformat(step["at"]) > self.answered_at:  # type: ignore[operator]
                before |= step["from"]  # the oldest of several is what she learned
        return {name: text for name, text in before.items() if text != getattr(self.card, name)}

    def earliest_date(self) -> date | None:
        """What `due_on` must be: the earliest of SM-2's, the plan's and the revision's dates."""
        dates = [self.sm2_due_on, self.plan_on, self.revised_on]
        return min((day for day in dates if day), default=None) if self.sm2_due_on else None


class ReviewLogQuerySet(models.QuerySet["ReviewLog"]):
    def standing(self) -> Self:
        """Those that were not taken back."""
        return self.filter(undone_at__isnull=True)

    def newest_of_day(self, user: User, today: date) -> "ReviewLog | None":
        """Her last standing answer of the study day, the one that Undo takes back."""
        return self.standing().filter(user=user, day=today).select_related("card").order_by("-pk").first()


class ReviewLog(models.Model):
    """One answer, with the state before it and the memory after it. Rows stay; only `undone_at` is ever changed."""

    class Kind(models.TextChoices):
        SCHEDULED = "scheduled", _("scheduled")
        REPEAT = "repeat", _("repeat")
        PRACTICE = "practice", _("practice")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="review_logs", verbose_name=_("student")
    )
    card = models.ForeignKey(Card, models.RESTRICT, related_name="review_logs", verbose_name=_("card"))
    kind = models.CharField(_("kind"), max_length=9, choices=Kind)
    quality = models.PositiveSmallIntegerField(_("quality"))
    answered_at = models.DateTimeField(_("answered at"))
    day = models.DateField(_("study day"))
    hour = models.PositiveSmallIntegerField(_("hour"))  # on her own clock, as `day` is
    elapsed_ms = models.PositiveIntegerField(_("milliseconds"))
    attempt = models.UUIDField(_("attempt"))
    version = models.PositiveIntegerField(_("version"))  # the state's version that was answered
    undone_at = models.DateTimeField(_("taken back at"), null=True)

    detail = models.JSONField(_("picked or ticked"), default=dict)  # {"pick": 0} or {"ticks": [0, 2]}

    repetitions_before = models.PositiveIntegerField(_("passes in a row before"))
    interval_before = models.PositiveIntegerField(_("interval before"))
    ease_before = models.PositiveIntegerField(_("ease before"))
    lapses_before = models.PositiveIntegerField(_("lapses before"))
    sm2_due_on_before = models.DateField(_("due by SM-2 before"), null=True)
    plan_on_before = models.DateField(_("wanted by an exam plan before"), null=True)
    revised_on_before = models.DateField(_("due after a revision before"), null=True)
    repeat_on_before = models.DateField(_("to be repeated before"), null=True)
    answered_at_before = models.DateTimeField(_("answered before at"), null=True)
    repetitions_after = models.PositiveIntegerField(_("passes in a row after"))
    interval_after = models.PositiveIntegerField(_("interval after"))
    ease_after = models.PositiveIntegerField(_("ease after"))
    privacy = {"user": Policy.EXPORT}

    objects = ReviewLogQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "card", "version"], name="review_log_version_once"),
            models.UniqueConstraint(fields=["user", "card", "attempt"], name="review_log_attempt_once"),
            models.CheckConstraint(condition=Q(quality__gte=0, quality__lte=5), name="review_log_quality_0_to_5"),
            models.CheckConstraint(
                condition=Q(elapsed_ms__gte=0, elapsed_ms__lte=MAXIMUM_ELAPSED_MS),
                name="review_log_elapsed_in_range",
            ),
            models.CheckConstraint(condition=Q(hour__lte=23), name="review_log_hour_0_to_23"),
            models.CheckConstraint(
                condition=Q(kind__in=["scheduled", "repeat", "practice"]), name="review_log_kind_known"
            ),
        ]
        indexes = [models.Index(fields=["user", "day", "hour"], name="review_log_day_hour")]
        verbose_name = _("answer")
        verbose_name_plural = _("answers")

    def __str__(self) -> str:
        return f"{self.user_id} · {self.card_id} · version {self.version}: {self.quality}"

    @property
    def memory_before(self) -> sm2.Memory:
        return sm2.Memory(self.repetitions_before, self.interval_before, self.ease_before)

    @memory_before.setter
    def memory_before(self, memory: sm2.Memory) -> None:
        self.repetitions_before, self.interval_before, self.ease_before = (
            memory.repetitions,
            memory.interval,
            memory.ease,
        )

    @property
    def memory_after(self) -> sm2.Memory:
        return sm2.Memory(self.repetitions_after, self.interval_after, self.ease_after)

    @memory_after.setter
    def memory_after(self, memory: sm2.Memory) -> None:
        self.repetitions_after, self.interval_after, self.ease_after = (
            memory.repetitions,
            memory.interval,
            memory.ease,
        )

    @property
    def answered_on_before(self) -> date | None:
        """The study day of the scheduled answer before this one, which set the date to that day + interval."""
        return self.sm2_due_on_before - timedelta(days=self.interval_before) if self.sm2_due_on_before else None
