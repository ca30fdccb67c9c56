"""What stands in an address of the admin, or is ticked in one of its lists, and no database can look for."""

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.models import User
from tests.test_access_matrix import School, undone

pytestmark = pytest.mark.django_db
ODD = {"": "9" * 23, "__exact": "nan", "__year": "10000", "__gte": "x", "__in": "1,x", "__isnull": "x"}
ADMINS = [pytest.param(model, its, id=model._meta.label) for model, its in admin.site._registry.items()]
every_admin = pytest.mark.parametrize(("model", "its"), ADMINS)


@pytest.fixture(scope="module")
def school(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), undone():
        yield School()


@pytest.fixture
def client(school, db):
    return school.client("sue")


def page(model, name):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}")


def is_answered(client, method, address, form):
    """No fault of ours, which would be raised here; the test’s own transaction is in pieces after an error."""
    with undone():
        return getattr(client, method)(address, form).status_code < 500


@every_admin
def test_odd_filter_is_never_a_fault(client, model, its):
    names = [field.name for field in model._meta.concrete_fields]
    sent = [{name + how: odd} for name in names for how, odd in ODD.items()] + [
        {f"{name}__year": "9999"} for name in names
    ]
    sent += [{name: odd} for name in ("p", "o", "q", "e", "all") for odd in ("9" * 23, "nan", "-1")]
    assert [odd for odd in sent if not is_answered(client, "get", page(model, "changelist"), odd)] == []


@every_admin
def test_odd_start_of_a_form_is_never_a_fault(client, model, its):
    """Nor refused: a 400 would come of the first such field, and hide what the others do."""
    for odd in ("nan", "9" * 23, "1,x"):
        with undone():
            form = client.get(page(model, "add"), {field.name: odd for field in model._meta.get_fields()})
        assert form.status_code in (200, 403), odd


@every_admin
def test_odd_choice_of_rows_is_never_a_fault(client, model, its):
    request = type("Request", (), {"user": User.objects.get(is_superuser=True), "GET": {}})
    for action in its.get_actions(request):
        sent = [{"action": action, "_selected_action": [odd]} for odd in ("nan", "9" * 23, "x", "-1", "")]
        assert [odd for odd in sent if not is_answered(client, "post", page(model, "changelist"), odd)] == []


@every_admin
@pytest.mark.parametrize("name", ["", "x", "password"])
def test_odd_field_to_find_a_row_by_is_never_a_fault(client, model, its, name):
    opened = [page(model, "changelist") + f"1/{step}/" for step in ("change", "delete")]
    sent = [(method, address) for address in opened for method in ("get", "post")]
    assert [odd for odd in sent if not is_answered(client, *odd, {"_to_field": name})] == []
