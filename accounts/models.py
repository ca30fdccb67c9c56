"""People and classes."""

from collections.abc import Iterator
from datetime import date, time
from typing import Any, Self
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts import codes
from accounts.audit import AuditEvent  # noqa: F401 (a model of this app, which lives with what writes it)
from accounts.free_days import FreeDays, is_among  # noqa: F401 (likewise)
from accounts.login_code import LoginCode  # noqa: F401 (likewise)
from accounts.privacy import Policy
from accounts.user_names import NAME_TAKEN, folded, user_name_field


def validate_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("There is no time zone called “%(name)s”."), params={"name": name})


LATEST_DAY_START = time(12)


def school_time_zone() -> str:
    return settings.SCHOOL_TIME_ZONE


def languages() -> list[tuple[str, Any]]:
    """A function, so that another language of the interface is no other schema."""
    return [("", _("as in my browser")), *settings.LANGUAGES]


class User(AbstractUser):
    """A student, teacher or superuser, with what she has chosen for her study day."""

    class GradeButtons(models.IntegerChoices):
        FOUR = 4, _("four: Again, Hard, Good, Easy")
        SIX = 6, _("six: 0 to 5")

    class Theme(models.TextChoices):
        SYSTEM = "system", _("as on my device")
        LIGHT = "light", _("light")
        DARK = "dark", _("dark")

    class TextSize(models.TextChoices):
        NORMAL = "normal", _("normal")
        LARGE = "large", _("large")
        LARGER = "larger", _("larger")

    class Motion(models.TextChoices):
        SYSTEM = "system", _("as on my device")
        REDUCED = "reduced", _("reduced")

    username = user_name_field()
    time_zone = models.CharField(
        _("time zone"), max_length=64, default=school_time_zone, validators=[validate_time_zone]
    )
    day_start = models.TimeField(
        _("start of the study day"),
        default=time(4),
        validators=[MaxValueValidator(LATEST_DAY_START, _("Choose a time between midnight and noon."))],
    )
    new_per_day = models.PositiveSmallIntegerField(
        _("new cards a day"), default=10, validators=[MaxValueValidator(200)]
    )
    minutes_per_day = models.PositiveSmallIntegerField(
        _("minutes a day"), default=20, validators=[MinValueValidator(1), MaxValueValidator(600)]
    )
    grade_buttons = models.PositiveSmallIntegerField(
        _("grade buttons"), choices=GradeButtons, default=GradeButtons.FOUR
    )
    exam_board = models.CharField(_("exam board"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=7, blank=True, choices=languages)
    theme = models.CharField(_("theme"), max_length=6, choices=Theme, default=Theme.SYSTEM)
    text_size = models.CharField(_("text size"), max_length=6, choices=TextSize, default=TextSize.NORMAL)
    motion = models.CharField(_("motion"), max_length=7, choices=Motion, default=Motion.SYSTEM)
    daily_reminder = models.BooleanField(_("daily reminder by e-mail"), default=False)
    # Written by accounts.mailings when it takes the reminder of a study day.
    reminded_on = models.DateField(_("last reminded on"), null=True, blank=True, editable=False)
    weekly_digest = models.BooleanField(_("weekly digest by e-mail"), default=False)  # of a teacher's classes
    digested_on = models.DateField(_("last digest on"), null=True, blank=True, editable=False)

    # Written by cards.review with the first answer of a study day, so that no page has to search the log for them.
    studied_on = models.DateField(_("last study day"), null=True, blank=True, editable=False)
    pace_ms = models.PositiveIntegerField(_("median milliseconds an answer"), default=10_000, editable=False)
    more_on = models.DateField(_("asked for more new cards on"), null=True, blank=True, editable=False)
    more_new = models.PositiveSmallIntegerField(_("more new cards on that day"), default=0, editable=False)
    break_from = models.DateField(_("first day of a planned break"), null=True, blank=True)
    break_until = models.DateField(_("last day of a planned break"), null=True, blank=True)
    everything_on = models.DateField(_("chose to do all on"), null=True, blank=True, editable=False)
    plan = models.JSONField(default=dict, editable=False)  # her free days and exams, written by cards.replan
    plan_version = models.PositiveIntegerField(default=0, editable=False)  # of two plans at once, one is made again
    replan_on = models.DateField(null=True, blank=True, editable=False)  # the study day on which it is made anew

    # One more for each time she logs out everywhere; every session knows with which number it began.
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    left_class_at = models.DateTimeField(_("last left a class at"), null=True, blank=True, editable=False)
    left_class = models.ForeignKey("SchoolClass", models.SET_NULL, null=True, editable=False, related_name="+")
    # Written by accounts.retention when it tells her teachers that she will be erased.
    erase_told_at = models.DateTimeField(_("told at that she will be erased"), null=True, blank=True, editable=False)

    REQUIRED_FIELDS = []  # nobody needs an address, a superuser neither
    privacy = {"id": Policy.EXPORT}

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                Lower("username"), name="user_name_once_in_any_capitals", violation_error_message=NAME_TAKEN
            ),
            models.CheckConstraint(condition=Q(new_per_day__lte=200), name="user_new_per_day_at_most_200"),
            models.CheckConstraint(
                condition=Q(minutes_per_day__gte=1, minutes_per_day__lte=600), name="user_minutes_per_day_1_to_600"
            ),
            models.CheckConstraint(condition=Q(grade_buttons__in=[4, 6]), name="user_grade_buttons_4_or_6"),
            models.CheckConstraint(
                condition=Q(break_from__isnull=True, break_until__isnull=True)
                | Q(break_from__isnull=False, break_until__gte=models.F("break_from")),
                name="user_break_ends_after_it_starts",
                violation_error_message=_("A break has a first and a last day, and the last is not before the first."),
            ),
        ]

    @property
    def display_name(self) -> str:
        """What she is called on a page; a student who has given no name is known by her user name."""
        return self.get_full_name() or self.username

    @classmethod
    def normalize_username(cls, username: str) -> str:
        return folded(username)

    def get_session_auth_hash(self) -> str:
        """What a session must know to be hers; another password or epoch, and it knows it no more."""
        return self._of_this_epoch(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        return map(self._of_this_epoch, super().get_session_auth_fallback_hash())

    def _of_this_epoch(self, known: str) -> str:
        return f"{known}.{self.session_epoch}"

    def new_on(self, day: date) -> int:
        """How many cards she may meet on `day`: her daily number, and what she asked for beyond it."""
        return self.new_per_day + (self.more_new if self.more_on == day else 0)

    def is_away(self, day: date) -> bool:
        """Whether `day` lies in the break she has planned; nothing is asked on it."""
        return bool(self.break_from and self.break_until and self.break_from <= day <= self.break_until)

    def is_asked(self, day: date) -> bool:
        """Whether she is asked anything on `day`: not in a break of hers, nor when her classes are free."""
        return not self.is_away(day) and not is_among(day, self.plan.get("free", ()))


EXAM_BOARDS = ("AQA", "OCR A", "Cambridge 0470", "IB")  # in whose style there are exam cards
TEACHERS = "Teachers"  # the group with exactly the permissions that a teacher needs; made by a migration of cards


def new_join_code() -> str:
    return codes.new_code(codes.JOIN_CODE_LENGTH)


class SchoolClassQuerySet(models.QuerySet["SchoolClass"]):
    def living(self) -> Self:
        return self.filter(archived_at__isnull=True)

    def of_student(self, user: User) -> Self:
        """The living classes she is a student of, each with its teachers as `taught_by`."""
        teachers = Membership.objects.filter(role=Membership.Role.TEACHER).select_related("user").order_by("pk")
        hers = Membership.objects.students().filter(user=user).values("school_class")
        with_teachers = models.Prefetch("memberships", queryset=teachers, to_attr="taught_by")
        return self.living().filter(pk__in=hers).prefetch_related(with_teachers)

    def with_editable(self, user: User) -> Self:
        """Adds `is_editable`: whether she may change the class."""
        hers = _taught_by(user, can_edit=True).filter(school_class=models.OuterRef("pk"))
        return self.annotate(is_editable=models.Value(True) if user.is_superuser else models.Exists(hers))

    def visible_to(self, user: User) -> Self:
        """Classes in which she teaches; a superuser sees all."""
        return self if user.is_superuser else self.filter(pk__in=_taught_by(user))

    def looked_after_only_by(self, user: User) -> Self:
        """Living classes that nobody could change any more if she went."""
        teachers = Membership.objects.filter(role=Membership.Role.TEACHER, can_edit=True)
        others = teachers.filter(user__is_active=True, user__is_staff=True).exclude(user=user)
        hers = self.living().filter(pk__in=teachers.filter(user=user).values("school_class"))
        return hers.exclude(pk__in=others.values("school_class"))

    def editable_by(self, user: User) -> Self:
        """Classes in which she teaches and may change things."""
        return self if user.is_superuser else self.filter(pk__in=_taught_by(user, can_edit=True))


def _taught_by(user: User, **more: Any) -> Any:
    """Of a teacher who is no longer on the staff: none."""
    memberships = Membership.objects.filter(user=user, role=Membership.Role.TEACHER, **more)
    return (memberships if user.is_staff else memberships.none()).values("school_class")


class SchoolClass(models.Model):
    """A teaching group. One installation is one school, so there is no school to belong to."""

    name = models.CharField(_("name"), max_length=80)
    exam_board = models.CharField(_("exam board"), max_length=40, blank=True)
    # Students join with it; None when joining is closed.
    join_code = models.CharField(
        _("join code"),
        max_length=codes.JOIN_CODE_LENGTH,
        default=new_join_code,
        unique=True,
        null=True,
        blank=True,
        editable=False,
    )
    free_weekends = models.BooleanField(_("weekends are free"), default=False)
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    version = models.PositiveIntegerField(default=0, editable=False)  # raised by every save of a form
    members = models.ManyToManyField(User, through="Membership", related_name="school_classes")
    history = HistoricalRecords(excluded_fields=["join_code", "version"])

    objects = SchoolClassQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("class")
        verbose_name_plural = _("classes")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("school_class", args=[self.pk])

    @property
    def printed_code(self) -> str:
        return codes.as_printed(self.join_code) if self.join_code else ""


class MembershipQuerySet(models.QuerySet["Membership"]):
    def students(self) -> Self:
        return self.filter(role=Membership.Role.STUDENT)

    def counted(self) -> Self:
        """The students whose answers enter the figures of the class: never staff who review as themselves."""
        return self.students().filter(user__is_active=True, user__is_staff=False, user__is_superuser=False)

    def visible_to(self, user: User) -> Self:
        return self if user.is_superuser else self.filter(school_class__in=_taught_by(user))

    def editable_by(self, user: User) -> Self:
        return self if user.is_superuser else self.filter(school_class__in=_taught_by(user, can_edit=True))


class Membership(models.Model):
    """A student or a teacher in a class."""

    class Role(models.TextChoices):
        STUDENT = "student", _("student")
        TEACHER = "teacher", _("teacher")

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("person"))
    school_class = models.ForeignKey(SchoolClass, models.CASCADE, related_name="memberships", verbose_name=_("class"))
    role = models.CharField(_("role"), max_length=7, choices=Role, default=Role.STUDENT)
    can_edit = models.BooleanField(
        _("can edit"), default=True, help_text=_("A teacher who cannot edit sees the class and changes nothing.")
    )
    excused_until = models.DateField(_("excused until"), null=True, blank=True)  # counts in no sentence until then
    joined_at = models.DateTimeField(_("joined at"), auto_now_add=True)
    privacy = {"user": Policy.EXPORT}

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "school_class"], name="membership_once_per_class"),
            models.CheckConstraint(condition=Q(role__in=["student", "teacher"]), name="membership_role_known"),
        ]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")

    def __str__(self) -> str:
        return f"{self.user} · {self.school_class}"
