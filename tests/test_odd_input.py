"""Whatever is sent to any address, by form or in the address: never a fault of ours, and a refusal changes nothing.

The addresses come from the access matrix, so that a new page is tried without being named here.
"""

from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.audit import Kind
from accounts.models import Membership, User
from tests.access_forms import PARAMETERS
from tests.access_matrix import ADMIN, PAGES, is_denied
from tests.conftest import short_or_long
from tests.test_access_matrix import School, all_rows, undone

pytestmark = pytest.mark.django_db
EXAMPLES = short_or_long(400, 20_000)
NUMBERS = ["-1", "0", "-0", "1e400", "NaN", "-Infinity", "0x10", "1_0", "1.5", "1,5", "+1", "true", "None", "[]"]
DIGITS = ["٣", "१२", "³", "½", "１", "٣٤٥٦٧٨٩٠١٢٣٤٥٦٧٨٩٠"]  # of other scripts
LARGE = [str(2**31), str(2**63), "9" * 23, str(-(2**63) - 1), "1" + "0" * 30, "9" * 5000]
DATES = ["0001-01-01", "9999-12-31", "10000-01-01", "2026-02-30", "25:61", "1/1/1", "2026-11-25T25:00Z"]
TIMES = ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "Europe/Atlantis", "../../etc/passwd", "UTC\r\nX: y"]
LONG = ["%" * 100_000, "_" * 1000, "*" * 1000, "a" * 300_000, "[" * 20_000, "x" * 151, "e" + "\u0301" * 500]
CODE = ["%", "' OR 1=1--", '"; DROP TABLE cards_card', "\\", "<script>alert(1)</script>", "{{7*7}}", "{% csrf %}"]
AWAY = ["//evil.example", "https:evil.example", "/\\evil.example", "javascript:alert(1)", "http://[::1", "http://a:b"]
SIGNS = ["\0", "a\0b", "\u202eabc", "\u200b", "а", "👩‍👩‍👧‍👦", "\ufeff", "\uffff", "\x1b[31m", "\x7f"]
SPACE = ["", " ", "\t", "\r\n", "a\r\nSet-Cookie: b=c"]
NO_ONE = ["00000000-0000-0000-0000-000000000000"]
ODD = [*NUMBERS, *DIGITS, *LARGE, *DATES, *TIMES, *LONG, *CODE, *AWAY, *SIGNS, *SPACE, *NO_ONE]
WISHES = {"is_staff": "on", "is_superuser": "on", "role": "teacher", "can_edit": "on", "is_active": "on", "groups": "1"}
ROWS = [row for row in [*PAGES, *ADMIN] if any(not is_denied(word) for word in row.answers.values())]
values = st.sampled_from(ODD) | st.text(max_size=40) | st.integers().map(str)
names = st.sampled_from(sorted(PARAMETERS | set(WISHES)))


@pytest.fixture(scope="module")
def school(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), undone():
        yield School()


def rights():
    """Who may more than a student."""
    return (
        sorted(User.objects.filter(Q(is_staff=True) | Q(is_superuser=True)).values_list("pk", "is_superuser")),
        set(User.groups.through.objects.values_list("user", "group")),
        set(User.user_permissions.through.objects.values_list("user", "permission")),
        set(Membership.objects.filter(role="teacher").values_list("user", flat=True)),
    )


def but_for_refusals(rows):
    """A wrong code is refused and noted in the audit log."""
    noted = [f"'{kind}'" for kind in (Kind.LOG_IN_FAILED, Kind.TRIES_REFUSED)]
    events = [row for row in rows["accounts_auditevent"] if not any(kind in row for kind in noted)]
    return rows | {"accounts_auditevent": events}


def allowed(row):
    return next(actor for actor, word in row.answers.items() if not is_denied(word))


def send(school, row, form, query):
    """As whoever may; a fault of ours is raised here."""
    address = reverse(row.name, args=school.args(row)) + (f"?{urlencode(query, errors='replace')}" if query else "")
    client = school.client(allowed(row))
    return client.post(address, form) if row.method == "POST" else client.get(address)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
@given(row=st.sampled_from(ROWS), data=st.data())
def test_odd_fields_are_never_a_fault_and_give_no_right(school, row, data):
    good = dict(school.form(row))
    changed = data.draw(st.dictionaries(st.sampled_from(sorted(good)) | names if good else names, values, max_size=3))
    query = data.draw(st.dictionaries(names, values, max_size=2))
    with undone():
        before = rights()
        response = send(school, row, good | changed | WISHES, query)
        assert response.status_code < 500
        assert rights() == before or (row.name.startswith("admin:") and allowed(row) == "sue")
        assert response.status_code < 400 or but_for_refusals(all_rows()) == but_for_refusals(school.before)


@pytest.mark.parametrize("row", [row for row in ROWS if row.method == "POST" and allowed(row) != "sue"], ids=str)
def test_right_that_is_wished_for_in_a_form_is_not_given(school, row):
    some = {"groups": Group.objects.first().pk, "user_permissions": Permission.objects.first().pk}
    before = rights()
    with undone():
        answer = send(school, row, school.form(row) | WISHES | some, {})
        assert (answer.status_code < 500, rights()) == (True, before)


@pytest.mark.parametrize("row", [row for row in PAGES if row in ROWS and row.method == "POST"], ids=str)
def test_large_number_in_any_field_is_never_a_fault(school, row):
    """One after another: there are too many fields for the draw above to meet each of them with each kind of value."""
    good = school.form(row)
    for name in good:
        with undone():
            answer = send(school, row, good | {name: "9" * 23}, {})
        assert (answer.status_code < 500, name) == (True, name)


FAR = ["0", str(2**31), str(2**63), "1" + "0" * 30, "%D9%A3", "-1", "x", "%00", "a%0d%0ab", "..%2f..%2fetc", "a" * 3000]


@pytest.mark.parametrize("row", [row for row in ROWS if row.slots], ids=str)
def test_odd_addresses_are_never_a_fault(school, row):
    """One part of the address after another is another than what stood there."""
    client, end = school.client(allowed(row)), 0
    address = reverse(row.name, args=school.args(row))
    for slot in map(str, school.args(row)):
        start = address.index(slot, end)  # two of them may have the same number
        end = start + len(slot)
        for odd in FAR:
            strange = address[:start] + odd + address[end:]
            with undone():
                answer = client.get(strange) if row.method == "GET" else client.post(strange, school.form(row))
            assert (answer.status_code < 500, strange) == (True, strange)
