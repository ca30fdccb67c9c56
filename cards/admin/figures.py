"""Figures beside the rows of a list: worked out for the page at once, not row by row."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.days import study_day
from cards.stats.decks import Figures


def with_figures(changelist: Any, request: HttpRequest, figures_of: Callable[..., dict[int, Figures]]) -> Any:
    """Puts `figures` on each row of the list that is shown."""
    today = study_day(request.user, now=timezone.now())  # type: ignore[arg-type]
    rows = changelist.result_list = list(changelist.result_list)
    found = figures_of(rows, request.user, today=today)
    for row in rows:
        row.figures = found[row.pk]
    return changelist


def percent_in_words(figures: Figures) -> str:
    """“62 % of 34”, or a dash where too few stand behind a rate."""
    if figures.percent is None:
        return "–"
    return _("%(percent)d %% of %(tries)d") % {"percent": figures.percent, "tries": figures.retention.tries}
