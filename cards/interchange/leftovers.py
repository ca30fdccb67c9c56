"""Rows that are not imported, as a table with the reason of each: mended there, it can be imported again."""

import csv
from collections.abc import Iterable
from io import StringIO

from django.utils.translation import gettext as _

from cards.interchange.fields import ALIASES, BACK, FRONT, MOTIVE
from cards.interchange.text import BYTE_ORDER_MARK, defuse
from cards.interchange.verdicts import Look, Verdict


def csv_of_leftovers(looks: Iterable[Look]) -> str:
    left = [look for look in looks if not look.is_taken and look.verdict is not Verdict.SAME]
    used = {name for look in left for name in look.row.cells} | (
        {MOTIVE} if any(look.row.tags for look in left) else set()
    )
    columns = [FRONT, BACK, *(name for name in ALIASES if name in used - {FRONT, BACK})]
    table = StringIO()
    rows = csv.writer(table)
    rows.writerow([*columns, _("reason")])
    rows.writerows([*(defuse(_cell(look, name)) for name in columns), defuse(reason(look))] for look in left)
    return BYTE_ORDER_MARK + table.getvalue()


def reason(look: Look) -> str:
    return " ".join(look.problems.values()) or _("You left it out.")


def _cell(look: Look, name: str) -> str:
    return " ".join(look.row.tags) if name == MOTIVE else look.row.cells.get(name, "")
