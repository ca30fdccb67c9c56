"""What the look step shows: a page of rows, how many there are of each verdict, and how the text was read."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cards.forms.imports import MOST_TAGS, SEPARATOR_NAMES, MotivesForm, ReadingForm
from cards.interchange import batches
from cards.interchange.fields import ALIASES, BACK, FRONT, LABELS, MOTIVE
from cards.interchange.rows import headings
from cards.interchange.text import SAMPLE, SEPARATORS
from cards.interchange.verdicts import Look, Verdict
from cards.models import ImportBatch

ROWS_A_PAGE = 50
LONGEST_HERE = 4000  # characters of a cell that can be mended on the page
TEXTS = (FRONT, BACK, MOTIVE, "source")
SHOWN = {
    "": _("all rows"),
    Verdict.PROBLEM.value: _("only problems"),
    Verdict.CHANGES.value: _("only changes"),
    "warnings": _("only with something to look at again"),
}


def look_context(batch: ImportBatch, query: QueryDict) -> dict[str, Any]:
    looks = batches.looks_of(batch)
    shown = query.get("show", "") if query.get("show") in SHOWN else ""
    page = Paginator([look for look in looks if _is_shown(look, shown)], ROWS_A_PAGE).get_page(query.get("page"))
    filters = [(name, words, name == shown) for name, words in SHOWN.items()]
    context = {"batch": batch, "page": page, "rows": list(map(row, page)), "filters": filters, "show": shown}
    return context | _counts(looks) | _reading(batch) | _motives(batch) | {"package": _package(batch)}


def row_context(batch: ImportBatch, line: str) -> dict[str, Any]:
    """One row, and the counts that may have changed with it; nothing if there is no such row."""
    looks = batches.looks_of(batch)
    found = next((look for look in looks if str(look.line) == line), None)
    return {"batch": batch, "row": row(found), **_counts(looks)} if found else {}


def row(look: Look) -> dict[str, Any]:
    """A row as the table shows it: with cells to write in where there is a problem."""
    is_long = any(len(cell) > LONGEST_HERE for cell in look.row.cells.values())
    mends = look.verdict is Verdict.PROBLEM and not is_long
    texts = {name: str(look.values.get(name) or look.row.cells.get(name, "")) for name in TEXTS}
    return {"look": look, "fields": _fields(look) if mends else [], "is_long": is_long, **texts}


def _fields(look: Look) -> list[dict[str, str]]:
    names = [FRONT, BACK, *(name for name in ALIASES if name in look.problems and name not in (FRONT, BACK))]
    return [
        {
            "name": f"{name}-{look.line}",
            "label": str(LABELS[name]),
            "text": look.row.cells.get(name, ""),
            "problem": look.problems.get(name, ""),
        }
        for name in names
    ]


def _is_shown(look: Look, shown: str) -> bool:
    return bool(look.warnings) if shown == "warnings" else not shown or look.verdict == shown


def _counts(looks: Sequence[Look]) -> dict[str, Any]:
    counts = Counter(look.verdict for look in looks)
    return {
        "sentences": [sentence for verdict, sentence in _sentences(counts) if counts[verdict]],
        "taken": sum(look.is_taken for look in looks),
        "counts": {verdict.value: counts[verdict] for verdict in Verdict},
    }


def _sentences(counts: Counter[Verdict]) -> list[tuple[Verdict, str]]:
    new, changes = counts[Verdict.NEW], counts[Verdict.CHANGES]
    same, problems = counts[Verdict.SAME], counts[Verdict.PROBLEM]
    return [
        (Verdict.NEW, ngettext("%(count)d row is a new card.", "%(count)d rows are new cards.", new) % {"count": new}),
        (
            Verdict.CHANGES,
            ngettext(
                "%(count)d row would change a card of the deck, if you tick it.",
                "%(count)d rows would change a card of the deck, if you tick them.",
                changes,
            )
            % {"count": changes},
        ),
        (
            Verdict.SAME,
            ngettext(
                "%(count)d row says nothing new and is skipped.",
                "%(count)d rows say nothing new and are skipped.",
                same,
            )
            % {"count": same},
        ),
        (
            Verdict.PROBLEM,
            ngettext(
                "%(count)d row has a problem and stays out until it is mended.",
                "%(count)d rows have a problem and stay out until they are mended.",
                problems,
            )
            % {"count": problems},
        ),
    ]


def _reading(batch: ImportBatch) -> dict[str, Any]:
    if not batch.text:
        return {}
    reading = batches.reading_of(batch)
    form = ReadingForm(reading, headings(batch.text[:SAMPLE], reading))
    unused = [field.label for field in form if field.name.startswith("column-") and not field.initial]
    separator = SEPARATOR_NAMES[reading.separator] if SEPARATORS[reading.separator] in batch.text else ""
    return {"reading": reading, "reading_form": form, "separator": separator, "unused": unused}


def _package(batch: ImportBatch) -> list[str]:
    """How much of an Anki package there is, and what of it is left out."""
    counts = batch.choices.get("package", {"notes": 0, "media": 0, "reviewed": 0})
    notes, media, reviewed = counts["notes"], counts["media"], counts["reviewed"]
    found = ngettext("This package has %(count)d note.", "This package has %(count)d notes.", notes)
    left = ngettext("%(count)d picture or sound is left out.", "%(count)d pictures and sounds are left out.", media)
    schedules = ngettext(
        "Anki’s schedule of %(count)d card is left out: here every student begins with it anew.",
        "Anki’s schedules of %(count)d cards are left out: here every student begins with them anew.",
        reviewed,
    )
    sentences = ((found, notes), (left, media), (schedules, reviewed))
    return [sentence % {"count": count} for sentence, count in sentences if count]


def _motives(batch: ImportBatch) -> dict[str, Any]:
    rows = batches.rows_of(batch)
    tags = batches.tags_of(rows)
    if not tags:
        return {}
    form = MotivesForm(tags, batches.motives_of(batch, rows))
    return {"motives_form": form, "more_tags": max(0, len(tags) - MOST_TAGS)}


def summary(batch: Any) -> list[str]:
    """What an import did, in sentences."""
    made, changed = batch.card_count, len(batch.changes)
    new = ngettext("%(count)d new card, as a draft.", "%(count)d new cards, as drafts.", made) % {"count": made}
    other = ngettext("%(count)d card changed.", "%(count)d cards changed.", changed) % {"count": changed}
    return [sentence for sentence, count in ((new, made), (other, changed)) if count]
