"""Decks, and whose they are."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, SchoolClass, User
from accounts.privacy import Policy
from cards.models.history import SchoolHistory

LEARNED_REPETITIONS = 2
CARD_LANGUAGE = "en-gb"


class Status(models.TextChoices):
    """How far a deck or a card has come; students see what is published."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    ARCHIVED = "archived", _("archived")


_PUBLISHED_CARD = Q(cards__status=Status.PUBLISHED)


def exam_boards(user: User) -> Any:
    """The board she has picked, or else those of the classes in which she is a student; for use in `__in`."""
    if user.exam_board:
        return [user.exam_board]
    memberships = Membership.objects.filter(user=user, role=Membership.Role.STUDENT)
    living = memberships.filter(school_class__archived_at__isnull=True).exclude(school_class__exam_board="")
    return living.values_list("school_class__exam_board", flat=True)


class DeckQuerySet(models.QuerySet["Deck"]):
    def studied_by(self, user: User, today: date) -> Self:
        """The one rule for whose cards these are: assigned to her classes, picked from the library, or her own."""
        assigned = Assignment.objects.for_student(user, today).filter(deck=OuterRef("pk"))
        picked = PickedDeck.objects.filter(user=user, deck=OuterRef("pk"), deck__in_library=True)
        return self.filter(Exists(assigned) | Exists(picked) | Q(owner=user), status=Deck.Status.PUBLISHED)

    def of_school(self) -> Self:
        """All but students’ own; what a teacher or an administrator may see."""
        return self.filter(owner=None)

    def in_library(self) -> Self:
        return self.filter(status=Deck.Status.PUBLISHED, in_library=True)

    def visible_to(self, teacher: User) -> Self:
        """Her own, the library, and what her classes have been given; a superuser sees all of the school's."""
        if teacher.is_superuser:
            return self.of_school()
        hers = DeckTeacher.objects.filter(user=teacher).values("deck")
        given = Assignment.objects.filter(school_class__in=SchoolClass.objects.visible_to(teacher)).values("deck")
        in_library = Q(status=Deck.Status.PUBLISHED, in_library=True)
        return self.of_school().filter(Q(pk__in=hers) | Q(pk__in=given) | in_library)

    def editable_by(self, teacher: User) -> Self:
        if teacher.is_superuser:
            return self.of_school()
        return self.of_school().filter(pk__in=DeckTeacher.objects.filter(user=teacher, can_edit=True).values("deck"))

    def looked_after_only_by(self, teacher: User) -> Self:
        """Decks in use that nobody could change any more if she went."""
        teachers = DeckTeacher.objects.filter(can_edit=True)
        others = teachers.filter(user__is_active=True, user__is_staff=True).exclude(user=teacher)
        hers = self.of_school().filter(pk__in=teachers.filter(user=teacher).values("deck"))
        return hers.exclude(status=Status.ARCHIVED).exclude(pk__in=others.values("deck"))

    def assignable_by(self, teacher: User) -> Self:
        """Published decks that she may give to a class: the library and those she looks after."""
        hers = Q(in_library=True) | Q(deck_teachers__user=teacher)
        published = self.of_school().filter(status=Deck.Status.PUBLISHED)
        return (published if teacher.is_superuser else published.filter(hers)).distinct()

    def with_progress(self, user: User) -> Self:
        """Adds `card_count`, `met_count`, `learned_count` (repetitions of 2 or more) and `is_picked` for `user`."""
        hers = _PUBLISHED_CARD & (Q(cards__board="") | Q(cards__board__in=exam_boards(user)))
        return self.annotate(
            her_state=FilteredRelation("cards__states", condition=Q(cards__states__user=user)),
            is_picked=Exists(PickedDeck.objects.filter(user=user, deck=OuterRef("pk"))),
            card_count=Count("cards", filter=hers),
            met_count=Count("her_state", filter=hers & Q(her_state__sm2_due_on__isnull=False)),
            learned_count=Count("her_state", filter=hers & Q(her_state__repetitions__gte=LEARNED_REPETITIONS)),
        )

    def with_card_count(self) -> Self:
        return self.annotate(card_count=Count("cards", filter=_PUBLISHED_CARD))


class Deck(models.Model):
    """A named set of cards."""

    Status = Status

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
    copied_from = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="copies",
        verbose_name=_("copied from"),
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    version = models.PositiveIntegerField(default=0, editable=False)  # raised by every save in the admin
    loaded_hash = models.CharField(max_length=64, blank=True, editable=False)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)
    teachers: models.ManyToManyField = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="DeckTeacher", related_name="taught_decks"
    )
    history = SchoolHistory(excluded_fields=["version", "loaded_hash", "changed_at"])
    privacy = {"owner": Policy.EXPORT}

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
            models.UniqueConstraint(fields=["owner"], name="deck_own_once"),
        ]
        verbose_name = _("deck")
        verbose_name_plural = _("decks")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("deck_review", args=[self.slug])

    @property
    def is_of_school(self) -> bool:
        return self.owner_id is None

    @property
    def language(self) -> str:
        """What its cards are written in, for those who hear them; a student’s own most likely in what she reads."""
        return (self.owner_id and get_language()) or CARD_LANGUAGE


class DeckTeacher(models.Model):
    """A teacher of a deck: the one who made it, and those she shares it with."""

    deck = models.ForeignKey(Deck, models.CASCADE, related_name="deck_teachers", verbose_name=_("deck"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="deck_teachers", verbose_name=_("teacher")
    )
    can_edit = models.BooleanField(
        _("can edit"), default=True, help_text=_("A teacher who cannot edit sees the deck and changes nothing.")
    )
    privacy = {"user": Policy.EXPORT}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deck", "user"], name="deck_teacher_once")]
        verbose_name = _("teacher of a deck")
        verbose_name_plural = _("teachers of a deck")

    def __str__(self) -> str:
        return f"{self.user} · {self.deck}"


class PickedDeck(models.Model):
    """A library deck that a student has chosen to study."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="picked_decks")
    deck = models.ForeignKey(Deck, models.CASCADE, related_name="picks")
    picked_at = models.DateTimeField(auto_now_add=True)
    privacy = {"user": Policy.EXPORT}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "deck"], name="picked_deck_once")]
        verbose_name = _("picked deck")
        verbose_name_plural = _("picked decks")

    def __str__(self) -> str:
        return f"{self.user} · {self.deck}"


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible_to(self, teacher: User) -> Self:
        return self.filter(school_class__in=SchoolClass.objects.visible_to(teacher))

    def editable_by(self, teacher: User) -> Self:
        return self.filter(school_class__in=SchoolClass.objects.editable_by(teacher))

    def with_counts(self) -> Self:
        """Adds `card_count`, `lesson_count` and `taught_count`."""
        published = Q(deck__cards__status=Status.PUBLISHED)
        return self.annotate(
            card_count=Count("deck__cards", filter=published, distinct=True),
            lesson_count=Count("deck__cards__section", filter=published, distinct=True),
            taught_count=Count("taught_lessons", distinct=True),
        )

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
    by_lesson = models.BooleanField(
        _("lesson by lesson"),
        default=False,
        help_text=_("New cards of a lesson come only once it is ticked as taught."),
    )
    privacy = {"deck__owner": Policy.ERASE}  # her own deck is given to no class

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["deck", "school_class"], name="assignment_once"),
            models.CheckConstraint(
                condition=Q(exam_on__isnull=True) | Q(exam_on__gte=F("starts_on")),
                name="assignment_exam_after_start",
                violation_error_message=_("The exam is on or after the first day."),
            ),
        ]
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")

    def __str__(self) -> str:
        return f"{self.deck} · {self.school_class}"


class TaughtLesson(models.Model):
    """A lesson (a section of a deck) that a class has had; it opens the section's cards where that is asked for."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="taught_lessons")
    section = models.CharField(_("lesson"), max_length=120, blank=True)
    taught_at = models.DateTimeField(_("taught at"))
    privacy = {"assignment__deck__owner": Policy.ERASE}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assignment", "section"], name="taught_lesson_once")]
        verbose_name = _("lesson taught")
        verbose_name_plural = _("lessons taught")

    def __str__(self) -> str:
        return f"{self.assignment} · {self.section}"
