"""What a teacher hands in to be imported, and what she says about its rows."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cards.forms.own import MARKS_HELP
from cards.interchange.batches import Received, received_file, received_text
from cards.interchange.fields import ALIASES, FRONT, LABELS
from cards.interchange.rows import Reading
from cards.interchange.text import MOST_COLUMNS, UnreadableError
from cards.models import Motive

MOST_TEXT_BYTES = 1_000_000
MOST_FILE_BYTES = 10_000_000
MOST_TAGS = 60
TOO_BIG, WRONG_KIND = 413, 415
OTHER_PROGRAMS = (".xlsx", ".xls", ".ods", ".numbers", ".docx", ".odt", ".pdf", ".pptx")
SEPARATOR_NAMES = {
    "tab": _("a tab"),
    "colons": _("two colons (::)"),
    "bar": _("a bar (|)"),
    "semicolon": _("a semicolon"),
    "comma": _("a comma"),
}
_CELL = re.compile(r"([a-z_]{1,20})-(\d{1,9})")


class ImportForm(forms.Form):
    """Cards as text or as a file: `received` is what was read, `refused_with` the status if nothing was."""

    use_required_attribute = False
    refused_with = 400
    marks_help = MARKS_HELP

    text = forms.CharField(
        label=_("Your cards"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        help_text=_("CSV or text from a spreadsheet, Quizlet or Anki, or a whole deck from Anki (.apkg); up to 10 MB."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.apkg,text/csv,text/plain"}),
        error_messages={"empty": _("The file is empty.")},
    )

    def clean(self) -> None:
        if self.errors:
            return
        try:
            self.received = self._received()
        except UnreadableError as error:
            self.refuse(error)

    def refuse(self, error: UnreadableError) -> None:
        self.refused_with = error.status
        self.add_error("file" if self.files.get("file") else "text", str(error))

    def _received(self) -> Received:
        file, text = self.cleaned_data.get("file"), self.cleaned_data.get("text", "")
        if file:
            self._check(file)
            return received_file(file.name, file.read())
        if len(text.encode(errors="replace")) > MOST_TEXT_BYTES:
            raise UnreadableError(_("That is more than 1 MB of text. Save it as a file and choose that."), TOO_BIG)
        if not text.strip():
            raise UnreadableError(_("Paste your cards, or choose a file."))
        return received_text(text)

    def _check(self, file: Any) -> None:
        if file.size > MOST_FILE_BYTES:
            raise UnreadableError(_("The file is larger than 10 MB. Import it in parts."), TOO_BIG)
        if file.name.lower().endswith(OTHER_PROGRAMS):
            sentence = _("This kind of file can’t be read. Copy the cells and paste them, or save the sheet as CSV.")
            raise UnreadableError(sentence, WRONG_KIND)


class ReadingForm(forms.Form):
    """How the text is read: what stands between the columns, whether the first row names them, and what each is."""

    separator = forms.ChoiceField(label=_("Between the columns stands"), choices=list(SEPARATOR_NAMES.items()))
    header = forms.BooleanField(label=_("The first row only names the columns"), required=False)

    def __init__(self, reading: Reading, headings: Iterable[str], data: QueryDict | None = None) -> None:
        initial: dict[str, Any] = {"separator": reading.separator, "header": reading.header}
        super().__init__(data, initial=initial, auto_id="reading-%s")
        self.reading = reading
        for place, heading in enumerate(list(headings)[:MOST_COLUMNS]):
            self.fields[f"column-{place}"] = forms.ChoiceField(
                label=_("Column %(number)d, “%(heading)s”") % {"number": place + 1, "heading": heading[:40]},
                choices=[("", _("not used")), *((name, LABELS[name]) for name in ALIASES)],
                required=False,
                initial=reading.columns[place] if place < len(reading.columns) else "",
            )

    def clean(self) -> None:
        if self.is_other_separator:
            return
        used = [name for name in self._columns if name]
        if FRONT not in used:
            raise forms.ValidationError(_("Say which column is the front."))
        if len(set(used)) < len(used):
            raise forms.ValidationError(_("Two columns can’t be the same part of a card."))

    @property
    def is_other_separator(self) -> bool:
        return self.cleaned_data.get("separator") not in (None, self.reading.separator)

    @property
    def _columns(self) -> list[str]:
        return [self.cleaned_data.get(name, "") for name in self.fields if name.startswith("column-")]

    @property
    def said(self) -> Reading:
        return Reading(self.cleaned_data["separator"], self.cleaned_data["header"], self._columns)


class MotivesForm(forms.Form):
    """Which of our motives each word of theirs means."""

    def __init__(self, tags: Iterable[str], found: Mapping[str, Motive], data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="motives-%s")
        self.tags = list(tags)[:MOST_TAGS]
        choices = [("", _("no motive")), *Motive.objects.values_list("code", "name")]
        for place, tag in enumerate(self.tags):
            initial = found[tag].code if tag in found else ""
            self.fields[f"tag-{place}"] = forms.ChoiceField(
                label=tag[:60], choices=choices, required=False, initial=initial
            )

    @property
    def codes(self) -> dict[str, str]:
        return {tag: self.cleaned_data[f"tag-{place}"] for place, tag in enumerate(self.tags)}


def posted_cells(data: QueryDict) -> dict[int, dict[str, str]]:
    """The cells that she has written, by line: front-7, back-7 …"""
    cells: dict[int, dict[str, str]] = {}
    for key, text in data.items():
        if (found := _CELL.fullmatch(key)) and found[1] in ALIASES:
            written = str(text).replace("\r\n", "\n").replace("\r", "\n").strip()
            cells.setdefault(int(found[2]), {})[found[1]] = written
    return cells


def posted_takes(data: QueryDict) -> dict[int, bool]:
    """Of the lines that had a box, which were ticked."""
    ticked = set(data.getlist("take"))
    return {int(line): line in ticked for line in data.getlist("box") if line.isascii() and line.isdigit()}
