"""Every list, page, action and choice of the admin, as a teacher who has nothing to do with its objects.

It walks whatever is registered, so that a new admin, action or address fails here until it is scoped.
"""

from uuid import UUID

import pytest
from django.contrib import admin
from django.forms import ModelChoiceField
from django.urls import NoReverseMatch, reverse

from accounts.models import EXAM_BOARDS, Membership, SchoolClass
from cards.content import rules
from cards.models import Card, Deck, Flag, Misconception, Motive
from tests.factories import (
    AssignmentFactory,
    CardFactory,
    DeckFactory,
    DeckTeacherFactory,
    FlagFactory,
    MisconceptionFactory,
    MotiveFactory,
    TeacherFactory,
    TeacherMembershipFactory,
)

pytestmark = pytest.mark.django_db
SECRET = "Zephyr"  # stands in every name and text of what is not hers
REFUSED = (302, 403, 404, 405)
SHARED = {Motive, Misconception}  # the same lists for all; only a superuser changes them
ADMINS = list(admin.site._registry.items())
ADMIN_IDS = [model._meta.label_lower for model, _ in ADMINS]
NO_ROWS = {f"{rows}-{what}_FORMS": "0" for rows in ("holidays", "memberships") for what in ("TOTAL", "INITIAL")}
HERS_TO_ASK = {Deck, Card, SchoolClass, Flag, *SHARED}  # a teacher has a permission for these, and for no other


def foreign_object(model):
    """A row of this model that belongs to another teacher."""
    made = {
        Deck: lambda: DeckTeacherFactory(deck__title=SECRET, deck__cards=1).deck,
        Card: lambda: CardFactory(deck=DeckTeacherFactory(deck__title=SECRET).deck, front=SECRET),
        SchoolClass: lambda: TeacherMembershipFactory(school_class__name=SECRET).school_class,
        Flag: lambda: FlagFactory(card__deck__title=SECRET, reason=SECRET, card__front=SECRET),
        Motive: lambda: MotiveFactory(name=SECRET),
        Misconception: lambda: MisconceptionFactory(wrong=SECRET),
    }
    return made[model]()


@pytest.fixture
def teacher():
    return TeacherFactory()


@pytest.fixture
def teacher_client(client, teacher):
    client.force_login(teacher)
    return client


def addresses(model_admin, pk, *, about_all=True):
    """Every named address of this admin: about object `pk` where one is asked for, and if wanted those about none."""
    for pattern in model_admin.get_urls():
        for args in ([], [pk], [pk, 1], [pk, UUID(int=1)]):
            try:
                address = reverse(f"admin:{pattern.name}", args=args)
            except NoReverseMatch:
                continue
            if args or about_all:
                yield address


@pytest.mark.parametrize(("model", "model_admin"), ADMINS, ids=ADMIN_IDS)
def test_without_a_permission_nothing_opens(model, model_admin, teacher_client):
    if model in HERS_TO_ASK:
        return
    for address in addresses(model_admin, 1):
        assert (teacher_client.get(address).status_code in REFUSED, address) == (True, address)


@pytest.mark.parametrize("model", sorted(HERS_TO_ASK - SHARED, key=str), ids=lambda model: model.__name__)
def test_list_has_no_row_filter_or_choice_of_another_teacher(model, teacher_client):
    foreign_object(model)
    for page in ("changelist", "add"):
        response = teacher_client.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"))
        assert SECRET not in response.text


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("model", sorted(HERS_TO_ASK - SHARED, key=str), ids=lambda model: model.__name__)
def test_no_address_shows_or_changes_an_object_of_another_teacher(model, method, teacher_client):
    row = foreign_object(model)
    before = model.objects.values().get(pk=row.pk)
    for address in addresses(admin.site._registry[model], row.pk, about_all=False):
        response = getattr(teacher_client, method)(address, {"post": "yes"})
        found = (response.status_code in REFUSED, SECRET in response.text, address)
        assert found == (True, False, address)
    assert model.objects.values().get(pk=row.pk) == before


@pytest.mark.parametrize("model", sorted(HERS_TO_ASK - SHARED, key=str), ids=lambda model: model.__name__)
def test_no_action_reaches_an_object_of_another_teacher(model, teacher_client, rf, teacher):
    row = foreign_object(model)
    before = model.objects.values().get(pk=row.pk)
    request = rf.get("/")
    request.user = teacher
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    for name in admin.site._registry[model].get_actions(request):
        teacher_client.post(address, {"action": name, "_selected_action": [row.pk], "post": "yes", "apply": "yes"})
    assert model.objects.values().get(pk=row.pk) == before


@pytest.mark.parametrize(("model", "model_admin"), ADMINS, ids=ADMIN_IDS)
def test_no_form_or_inline_accepts_an_object_of_another_teacher(model, model_admin, rf, teacher):
    foreign = [foreign_object(kind) for kind in (Deck, SchoolClass, Card)]
    request = rf.get("/")
    request.user = teacher
    if not model_admin.has_view_permission(request):
        return
    forms = [model_admin.get_form(request)]
    forms += [inline.get_formset(request).form for inline in model_admin.get_inline_instances(request)]
    fields = [field for form in forms for field in form.base_fields.values() if isinstance(field, ModelChoiceField)]
    offered = [row for field in fields if field.queryset.model in (Deck, SchoolClass, Card) for row in field.queryset]
    assert [row for row in offered if row in foreign] == []


@pytest.mark.parametrize("model", [Deck, Card])
def test_library_can_be_looked_at_and_not_changed(model, teacher_client):
    deck = DeckFactory(cards=1)
    row = deck if model is Deck else deck.cards.get()
    address = reverse(f"admin:cards_{model._meta.model_name}_change", args=[row.pk])
    assert (teacher_client.get(address).status_code, teacher_client.post(address, {}).status_code) == (200, 403)


@pytest.mark.parametrize(("can_edit", "status"), [(True, 200), (False, 403)])
def test_co_teacher_changes_a_deck_only_if_she_can_edit(can_edit, status, teacher, teacher_client):
    deck = DeckTeacherFactory(user=teacher, can_edit=can_edit).deck
    address = reverse("admin:cards_deck_change", args=[deck.pk])
    assert (teacher_client.get(address).status_code, teacher_client.post(address, {}).status_code) == (200, status)


@pytest.mark.parametrize(("can_edit", "status"), [(True, 200), (False, 403)])
def test_co_teacher_changes_a_class_only_if_she_can_edit(can_edit, status, teacher, teacher_client):
    school_class = TeacherMembershipFactory(user=teacher, can_edit=can_edit).school_class
    address = reverse("admin:accounts_schoolclass_change", args=[school_class.pk])
    form = {**NO_ROWS}
    assert teacher_client.get(address).status_code == 200
    assert teacher_client.post(address, form).status_code == status


def test_teacher_sees_the_decks_that_a_colleague_gave_her_class(teacher):
    school_class = TeacherMembershipFactory(user=teacher).school_class
    given = AssignmentFactory(school_class=school_class).deck
    assert (Deck.objects.visible_to(teacher).get(), Deck.objects.editable_by(teacher).count()) == (given, 0)


def test_class_has_a_board_that_there_is_or_none(teacher, teacher_client):
    assert EXAM_BOARDS == rules.BOARDS
    fields = {"name": "11 C", "exam_board": "AQAA", **NO_ROWS}
    page = teacher_client.post(reverse("admin:accounts_schoolclass_add"), fields)
    assert list(page.context["adminform"].form.errors) == ["exam_board"]


def test_who_makes_a_class_teaches_it(teacher, teacher_client):
    fields = {"name": "11 C", **NO_ROWS}
    teacher_client.post(reverse("admin:accounts_schoolclass_add"), fields)
    made = Membership.objects.get(user=teacher)
    assert (made.school_class.name, made.role, made.can_edit) == ("11 C", "teacher", True)


def test_students_own_cards_are_not_a_teachers(teacher, student):
    assert not Deck.objects.visible_to(teacher).filter(owner=student).exists()
