"""Decks and cards, and whose they are."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, FilteredRelation, Min, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, SchoolClass, User

LEARNED_REPETITIONS = 2


class DeckQuerySet(models.QuerySet["Deck"]):
    def studied_by(self, user: User, today: date) -> Self:
        """The one rule for whose cards these are: assigned to her classes, picked from the library, or her own."""
        assigned = Assignment.objects.for_student(user, today).filter(deck=OuterRef("pk"))
        picked = PickedDeck.objects.filter(user=user, deck=OuterRef("pk"), deck__in_library=True)
        return self.filter(Exists(assigned) | Exists(picked) | Q(owner=user), status=Deck.Status.PUBLISHED)

    def in_library(self) -> Self:
        return self.filter(status=Deck.Status.PUBLISHED, in_library=True)

    def with_progress(self, user: User) -> Self:
        """Adds `card_count`, `met_count`, `learned_count` (repetitions of 2 or more) and `is_picked` for `user`."""
        return self.annotate(
            her_state=FilteredRelation("cards__states", condition=Q(cards__states__user=user)),
            is_picked=Exists(PickedDeck.objects.filter(user=user, deck=OuterRef("pk"))),
            card_count=Count("cards", filter=_PUBLISHED_CARD),
            met_count=Count("her_state", filter=_PUBLISHED_CARD & Q(her_state__sm2_due_on__isnull=False)),
            learned_count=Count(
                "her_state", filter=_PUBLISHED_CARD & Q(her_state__repetitions__gte=LEARNED_REPETITIONS)
            ),
        )

    def with_card_count(self) -> Self:
        return self.annotate(card_count=Count("cards", filter=_PUBLISHED_CARD))


class Deck(models.Model):
    """A named set of cards."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        ARCHIVED = "archived", _("archived")

    class Origin(models.TextChoices):
        STARTER = "starter", _("starter deck")
        SCHOOL = "school", _("made at this school")
        STUDENT = "student", _("a student’s own")

    title = models.CharField(_("title"), max_length=120)
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    description = models.CharField(_("description"), max_length=300, blank=True)
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.DRAFT)
    in_library = models.BooleanField(
        _("in the library"), default=False, help_text=_("Any student may pick it, once it is published.")
    )
    origin = models.CharField(_("origin"), max_length=7, choices=Origin, default=Origin.SCHOOL, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="own_decks",
        verbose_name=_("the student whose own it is"),
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    loaded_hash = models.CharField(max_length=64, blank=True, editable=False)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    objects = DeckQuerySet.as_manager()

    class Meta:
        ordering = ["position", "title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["draft", "published", "archived"]), name="deck_status_known"
            ),
            models.CheckConstraint(
                condition=Q(owner__isnull=True) | Q(in_library=False), name="deck_own_is_not_library"
            ),
        ]
        verbose_name = _("deck")
        verbose_name_plural = _("decks")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("deck_review", args=[self.slug])


class Motive(models.Model):
    """A theme such as “buying time to rearm”."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=80)
    meaning = models.CharField(_("meaning"), max_length=300, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("motive")
        verbose_name_plural = _("motives")

    def __str__(self) -> str:
        return self.name


class CardQuerySet(models.QuerySet["Card"]):
    def studied_by(self, user: User, today: date) -> Self:
        return self.filter(status=Card.Status.PUBLISHED, deck__in=Deck.objects.studied_by(user, today))

    def not_met_by(self, user: User) -> Self:
        """Cards without an answer of hers that counts; `has_state` tells those she met and took back."""
        return self.annotate(
            her_state=FilteredRelation("states", condition=Q(states__user=user)),
            has_state=Q(her_state__isnull=False),
        ).filter(her_state__sm2_due_on__isnull=True)

    def in_teaching_order(self, user: User) -> Self:
        """Assigned decks by date, then picked ones by title, then by place in the deck."""
        assigned_on = (
            Assignment.objects.filter(
                deck=OuterRef("deck"),
                school_class__archived_at__isnull=True,
                school_class__memberships__user=user,
                school_class__memberships__role=Membership.Role.STUDENT,
            )
            .order_by()
            .values("deck")
            .values(first=Min("starts_on"))
        )
        return self.annotate(assigned_on=Subquery(assigned_on)).order_by(
            F("assigned_on").asc(nulls_last=True), "deck__title", "deck", "position", "pk"
        )


class Card(models.Model):
    """One question and its answer."""

    class Kind(models.TextChoices):
        BASIC = "basic", _("question and answer")

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        ARCHIVED = "archived", _("archived")

    class Level(models.TextChoices):
        CORE = "core", _("core")
        SUPPORT = "support", _("support")
        STRETCH = "stretch", _("stretch")

    class Actor(models.TextChoices):
        STALIN = "stalin", _("Stalin")
        HITLER = "hitler", _("Hitler")
        BOTH = "both", _("Stalin and Hitler")
        WEST = "west", _("Britain and France")
        POLAND = "poland", _("Poland")

    deck = models.ForeignKey(Deck, models.PROTECT, related_name="cards", verbose_name=_("deck"))
    code = models.SlugField(
        _("code"), max_length=60, help_text=_("A short name that never changes, such as stalin-time-01.")
    )
    kind = models.CharField(_("kind"), max_length=7, choices=Kind, default=Kind.BASIC)
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.DRAFT)
    position = models.PositiveIntegerField(_("position"), default=0)
    section = models.CharField(_("section"), max_length=120, blank=True)
    level = models.CharField(_("level"), max_length=7, choices=Level, default=Level.CORE)
    front = models.TextField(_("front"), max_length=1000)
    back = models.TextField(_("back"), max_length=1000)
    why = models.CharField(_("why it matters"), max_length=300, blank=True)
    actor = models.CharField(_("actor"), max_length=6, choices=Actor, blank=True)
    motive = models.ForeignKey(
        Motive, models.PROTECT, null=True, blank=True, related_name="cards", verbose_name=_("motive")
    )
    source = models.CharField(_("source"), max_length=400, blank=True)
    checked_on = models.DateField(_("source checked on"), null=True, blank=True)
    contested = models.TextField(
        _("historians disagree"), max_length=1000, blank=True, help_text=_("Two readings, with their names.")
    )
    common_mistake = models.CharField(_("common mistake"), max_length=400, blank=True)
    claims = models.JSONField(
        _("claims"), default=list, blank=True, help_text=_("Numbers of the claims and facts it teaches.")
    )
    loaded_hash = models.CharField(max_length=64, blank=True, editable=False)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    objects = CardQuerySet.as_manager()

    class Meta:
        ordering = ["deck", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["deck", "code"], name="card_code_once_per_deck"),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "published", "archived"]), name="card_status_known"
            ),
        ]
        verbose_name = _("card")
        verbose_name_plural = _("cards")

    def __str__(self) -> str:
        return self.front[:80]


_PUBLISHED_CARD = Q(cards__status=Card.Status.PUBLISHED)


class PickedDeck(models.Model):
    """A library deck that a student has chosen to study."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="picked_decks")
    deck = models.ForeignKey(Deck, models.CASCADE, related_name="picks")
    picked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "deck"], name="picked_deck_once")]
        verbose_name = _("picked deck")
        verbose_name_plural = _("picked decks")

    def __str__(self) -> str:
        return f"{self.user} · {self.deck}"


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def for_student(self, user: User, today: date) -> Self:
        """What the living classes in which she is a student have been given by `today`."""
        return self.filter(
            starts_on__lte=today,
            school_class__archived_at__isnull=True,
            school_class__memberships__user=user,
            school_class__memberships__role=Membership.Role.STUDENT,
        )


class Assignment(models.Model):
    """A deck given to a class from a date on, perhaps with an exam day."""

    deck = models.ForeignKey(Deck, models.CASCADE, related_name="assignments", verbose_name=_("deck"))
    school_class = models.ForeignKey(SchoolClass, models.CASCADE, related_name="assignments", verbose_name=_("class"))
    starts_on = models.DateField(_("from"))
    exam_on = models.DateField(_("exam day"), null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["deck", "school_class"], name="assignment_once"),
            models.CheckConstraint(
                condition=Q(exam_on__isnull=True) | Q(exam_on__gte=F("starts_on")),
                name="assignment_exam_after_start",
            ),
        ]
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")

    def __str__(self) -> str:
        return f"{self.deck} · {self.school_class}"
