"""Cards, what they are about, and which of them a student studies."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Self

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, FilteredRelation, Min, OuterRef, Q, Subquery
from django.db.models.deletion import CASCADE, PROTECT, Collector
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from accounts.privacy import Policy
from cards import formatting, kinds
from cards.models.decks import Assignment, Deck, Status, exam_boards
from cards.models.history import SchoolHistory
from cards.models.imports import ImportBatch
from cards.models.lessons import open_lesson


class Motive(models.Model):
    """A theme such as “buying time to rearm”."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=80)
    meaning = models.CharField(_("meaning"), max_length=300, blank=True)
    stalin_evidence = models.CharField(_("evidence for Stalin"), max_length=400, blank=True)
    hitler_evidence = models.CharField(_("evidence for Hitler"), max_length=400, blank=True)
    counter = models.CharField(_("counter-argument"), max_length=500, blank=True)
    source = models.CharField(_("source"), max_length=400, blank=True)
    is_context = models.BooleanField(_("context, not a motive"), default=False)
    loaded_hash = models.CharField(max_length=64, blank=True, editable=False)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("motive")
        verbose_name_plural = _("motives")

    def __str__(self) -> str:
        return self.name


class Misconception(models.Model):
    """A named wrong idea: “Many think <wrong>; in fact <fact>.”"""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    wrong = models.CharField(_("many think …"), max_length=300)
    fact = models.CharField(_("in fact …"), max_length=400)
    loaded_hash = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        ordering = ["code"]
        verbose_name = _("misconception")
        verbose_name_plural = _("misconceptions")

    def __str__(self) -> str:
        return f"{self.code}: {self.wrong}"


def protect_unless_own(collector: Collector, field: Any, cards: "models.QuerySet[Card]", using: str) -> None:
    """A deck of the school that has cards is not deleted; a student’s own goes with its cards when she goes.

    Whatever refers to a card protects it still: see `RESTRICT` on states and answers, which lets go of hers alone.
    """
    if of_school := cards.filter(deck__owner=None):
        PROTECT(collector, field, of_school, using)
    CASCADE(collector, field, cards, using)


def not_met(today: date) -> Q:
    """Of cards `with_state_of` a student: she has yet to meet it and has not hidden it."""
    return (
        (Q(her_state__isnull=True) | Q(her_state__suspended=False))
        & (Q(her_state__buried_on__isnull=True) | Q(her_state__buried_on__lt=today))
        & Q(her_state__sm2_due_on__isnull=True)
    )


class CardQuerySet(models.QuerySet["Card"]):
    def studied_by(self, user: User, today: date) -> Self:
        """Published cards of her decks; of exam practice only the style of her own or her classes' board.

        A lesson that is closed again keeps back only what she has not met.
        """
        states = apps.get_model("cards", "CardState").objects
        met = states.filter(user=user, card=OuterRef("pk"), sm2_due_on__isnull=False)
        return self.filter(
            Q(board="") | Q(board__in=exam_boards(user)),
            status=Card.Status.PUBLISHED,
            deck__in=Deck.objects.studied_by(user, today),
        ).filter(open_lesson(user, today) | Q(Exists(met)))

    def of_school(self) -> Self:
        """All but students’ own; what a teacher or an administrator may see."""
        return self.filter(deck__owner=None)

    def visible_to(self, teacher: User) -> Self:
        seen = Q(deck__in=Deck.objects.visible_to(teacher), status=Card.Status.PUBLISHED)  # as students see it
        return self.filter(seen | Q(deck__in=Deck.objects.editable_by(teacher)))

    def editable_by(self, teacher: User) -> Self:
        return self.filter(deck__in=Deck.objects.editable_by(teacher))

    def own_of(self, user: User) -> Self:
        """Those that she has written herself and not deleted."""
        return self.filter(deck__owner=user, status=Card.Status.PUBLISHED)

    def boards(self) -> list[str]:
        """The exam boards in whose style there are published cards."""
        cards = self.filter(status=Card.Status.PUBLISHED).exclude(board="")
        return list(cards.order_by("board").values_list("board", flat=True).distinct())

    def with_note(self, user: User) -> Self:
        """Adds `note`, her own words beside the card, or None."""
        of_hers = Q(notes__user=user)
        return self.annotate(her_note=FilteredRelation("notes", condition=of_hers), note=F("her_note__text"))

    def with_state_of(self, user: User) -> Self:
        """Adds her state of each card, for use in conditions."""
        return self.annotate(her_state=FilteredRelation("states", condition=Q(states__user=user)))

    def not_met_by(self, user: User, today: date) -> Self:
        """With `has_state`, which tells the cards that have one; a filter behind an annotation would join it again."""
        return self.with_state_of(user).filter(not_met(today)).annotate(has_state=Q(her_state__isnull=False))

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
        CLOZE = "cloze", _("sentence with a blank")
        CHOICE = "choice", _("choice")
        EXPLAIN = "explain", _("explain why")

    Status = Status

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

    deck = models.ForeignKey(Deck, protect_unless_own, related_name="cards", verbose_name=_("deck"))
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
    common_mistake = models.CharField(
        _("common mistake"), max_length=400, blank=True, help_text=_("“Many think …; in fact …”, shown after a fail.")
    )
    misconception = models.ForeignKey(
        Misconception,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="cards",
        verbose_name=_("misconception"),
        help_text=_("The named one that the mistake is, so that a class’s mistakes can be counted."),
    )
    options = models.JSONField(_("options"), default=list, blank=True)
    answer = models.CharField(_("right option"), max_length=200, blank=True)
    points = models.JSONField(_("credit points"), default=list, blank=True)
    hint = models.CharField(_("hint"), max_length=300, blank=True)
    board = models.CharField(
        _("exam board"), max_length=40, blank=True, help_text=_("For exam practice in the style of a board only.")
    )
    marks = models.PositiveSmallIntegerField(_("marks"), null=True, blank=True)
    rewarded = models.CharField(_("what is rewarded"), max_length=400, blank=True)
    link = models.URLField(_("published question"), max_length=400, blank=True)
    claims = models.JSONField(
        _("claims"), default=list, blank=True, help_text=_("Numbers of the claims and facts it teaches.")
    )
    import_batch = models.ForeignKey(
        ImportBatch, models.SET_NULL, null=True, blank=True, editable=False, related_name="cards"
    )
    revised_at = models.DateTimeField(null=True, blank=True, editable=False)  # when it last got another meaning
    revised_from = models.JSONField(default=list, blank=True, editable=False)  # {"at", "from": texts before} of each
    version = models.PositiveIntegerField(default=0, editable=False)  # raised by every save in the admin
    loaded_hash = models.CharField(max_length=64, blank=True, editable=False)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)
    history = SchoolHistory(
        excluded_fields=["import_batch", "revised_at", "revised_from", "version", "loaded_hash", "changed_at"]
    )
    privacy = {"deck__owner": Policy.EXPORT, "import_batch__user": Policy.ANONYMISE}
    note: str | None  # annotated by with_note()

    objects = CardQuerySet.as_manager()

    class Meta:
        ordering = ["deck", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["deck", "code"], name="card_code_once_per_deck"),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "published", "archived"]), name="card_status_known"
            ),
            models.CheckConstraint(condition=Q(kind__in=["basic", "cloze", "choice", "explain"]), name="card_kind_is"),
        ]
        verbose_name = _("card")
        verbose_name_plural = _("cards")

    def __str__(self) -> str:
        return formatting.plain(self.front)[:80]

    def get_absolute_url(self) -> str:
        return reverse("card", args=[self.pk])

    def clean(self) -> None:
        """Refuse what the fragment of its kind could not show."""
        errors = {}
        if self.kind == self.Kind.CLOZE and not kinds.has_one_blank(self.front):
            errors["front"] = _("Write exactly one blank, as in: Stalin needed {{time}} because …")
        if self.kind == self.Kind.CHOICE and self.answer not in self.options:
            errors["answer"] = _("Give at least two options, and as the right one exactly one of them.")
        if self.kind == self.Kind.CHOICE and not 2 <= len(set(self.options)) == len(self.options) <= kinds.MOST_OPTIONS:
            errors["options"] = _("Give two to nine different options.")
        if self.kind == self.Kind.EXPLAIN and set(self.point_sorts) != set(kinds.SORTS):
            errors["points"] = _("Give at least one claim, one piece of evidence and one link.")
        if self.kind == self.Kind.EXPLAIN and len(self.points) > kinds.MOST_POINTS:
            errors["points"] = _("Give at most twelve points.")
        if errors:
            raise ValidationError(errors)

    @property
    def is_of_school(self) -> bool:
        return self.deck.is_of_school

    @property
    def fragment(self) -> str:
        """The template that asks this kind of card."""
        return f"cards/_card_{self.kind}.html"

    @property
    def cloze(self) -> kinds.Cloze:
        return kinds.split_cloze(self.front)

    @property
    def right_pick(self) -> int:
        return self.options.index(self.answer)

    @property
    def point_sorts(self) -> list[str]:
        return [point["sort"] for point in self.points]

    def allows(self, quality: int, detail: Mapping[str, Any]) -> bool:
        """Whether an answer of this kind can carry this pick or these ticks with this quality."""
        if self.kind == self.Kind.CHOICE:
            pick = detail.get("pick", -1)
            return pick in range(len(self.options)) and kinds.choice_allows(self.right_pick, pick, quality)
        if self.kind == self.Kind.EXPLAIN:
            return set(detail.get("ticks", [])) <= set(range(len(self.points)))
        return not detail
