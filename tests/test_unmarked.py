"""Every text that a user reads is marked for translation: in templates, in Python and in scripts."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.contrib import admin
from django.utils.functional import Promise

ROOT = Path(__file__).parent.parent
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".txt"))
TECHNICAL = {"management", "deploy", "database", "logs.py", "health.py"}  # their words are for whoever runs the server
MODULES = sorted(
    path
    for app in ("accounts", "cards", "pactcards")
    for path in (ROOT / app).rglob("*.py")
    if not {"migrations", *TECHNICAL} & set(path.relative_to(ROOT).parts)
)
SCRIPTS = sorted(path for app in ("accounts", "cards") for path in (ROOT / app / "static" / app).glob("*.js"))

NAMES = {"PactCards", "A4"}  # the same in every language
WORD = re.compile(r"[^\W\d_]{2,}")
WORDS = re.compile(r"[^\W\d_]{2,}[,:;]? [^\W\d_]{2,}")
SENTENCE = re.compile(r"^[A-Z][^\n]* [^\n]*[.?!]$")


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def is_text(string):
    return any(word not in NAMES for word in WORD.findall(string))


# templates

MARKED = re.compile(r"{%\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*%}|{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
TAG_LITERAL = re.compile(r"""(?<!_\()(?<=[=\s])["']([^"'<>]*)["']""")
SEEN_OR_HEARD = {"alt", "title", "placeholder", "label", "aria-label", "aria-description", "aria-roledescription"}


class Texts(HTMLParser):
    """Collects what is seen or heard of a page: its texts, the attributes that are, and what scripts are handed."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)
        self.close()

    def handle_data(self, data):
        self.found += [data.strip()] if is_text(data) else []

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            spoken = name in SEEN_OR_HEARD and is_text(value or "")
            handed = name.startswith("data-") and WORDS.search(value or "")
            self.found += [f"{name}={value}"] if spoken or handed else []


# A date of several parts has another order in another language: MONTH_DAY_FORMAT, DATE_FORMAT, DATETIME_FORMAT know it.
ORDERED_DATE = re.compile(r"""(?:date:|date_format\([^"'\n(]*, )["'](?![A-Z_]+["']|Y-m-d)[^"']{2,}["']""")


def unmarked_in_template(source):
    literals = re.findall(r"{%\s*(?:include|with)\b(.*?)%}", source)
    handed_on = [text for tag in literals for text in TAG_LITERAL.findall(tag) if WORDS.search(text)]
    html = MARKED.sub("", source)
    is_attributes = re.match(r"\s*[\w-]+=", html)
    found = Texts(f"<p {html}>" if is_attributes else html).found
    return found + handed_on + ORDERED_DATE.findall(source)


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_has_no_unmarked_text(path):
    assert unmarked_in_template(path.read_text()) == []


@pytest.mark.parametrize(
    "source",
    [
        "<p>Hello</p>",
        "<p>{{ name }}: hello</p>",
        '<img alt="A map">',
        '<button aria-label="Close {{ name }}">×</button>',
        '<p data-offline="No connection">{% translate "Fine" %}</p>',
        '{% include "x.html" with title="No connection" %}',
        '<p>{{ day|date:"j F" }}</p>',
        "Hello,\n",
        'title="A map"\n',
    ],
)
def test_unmarked_text_in_a_template_is_found(source):
    assert len(unmarked_in_template(source)) == 1


# Python

GETTEXT = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
READ = {"label", "help_text", "search_help_text", "verbose_name", "verbose_name_plural", "description", "empty_label"}
READ |= {"message", "too_long", "empty_value_display", "site_header", "site_title", "index_title", "short_description"}
READ_MAPPINGS = {"labels", "help_texts", "error_messages"}
FIELD = re.compile(r"models\.(?!ManyToMany)\w+Field")  # its first argument is its name
SPEAKERS = {"say", "success", "warning", "error", "info", "ValidationError", "add_error", "message_user"}


def unmarked_in_module(source):
    tree = ast.parse(source)
    inside = {id(part) for node in ast.walk(tree) if is_silent(node) for part in ast.walk(node)}
    candidates = [(part, sure) for node in ast.walk(tree) for part, sure in read_parts(node)]
    return ORDERED_DATE.findall(source) + sorted(
        {
            f"line {part.lineno}: {text_of(part)}"
            for part, sure in candidates
            if id(part) not in inside and (is_text(text_of(part)) if sure else SENTENCE.match(text_of(part)))
        }
    )


def is_silent(node):
    """Marked already, or for programmers alone: docstrings, what is raised, regular expressions."""
    called = called_name(node)
    is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    raised = isinstance(node, ast.Raise) and called_name(node.exc) not in SPEAKERS
    return called in GETTEXT or called == "compile" or is_docstring or raised


def called_name(node):
    function = node.func if isinstance(node, ast.Call) else None
    return getattr(function, "attr", getattr(function, "id", ""))


def read_parts(node):
    """The strings of a node, each with whether somebody surely reads it; otherwise only a sentence is suspected."""
    yield from ((part, False) for part in strings([node]))
    if isinstance(node, ast.keyword):
        yield from surely_read(node.arg, node.value)
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from surely_read(getattr(target, "attr", getattr(target, "id", "")), node.value)
    if called_name(node) in SPEAKERS:
        yield from ((part, True) for part in strings(node.args[-1:]))
    if isinstance(node, ast.Call) and FIELD.fullmatch(ast.unparse(node.func)):
        yield from ((part, True) for part in strings(node.args[:1]))
    if isinstance(node, ast.ClassDef) and any("Choices" in ast.unparse(base) for base in node.bases):
        pairs = [line.value.elts for line in node.body if isinstance(getattr(line, "value", None), ast.Tuple)]
        yield from ((part, True) for elements in pairs for part in strings(elements[1:]))


def surely_read(name, value):
    if name in READ:
        yield from ((part, True) for part in strings([value]))
    if name in READ_MAPPINGS and isinstance(value, ast.Dict):
        yield from ((part, True) for part in strings(value.values))


def strings(nodes):
    """Those of the nodes that are texts, or choose between texts."""
    either = [node for node in nodes if isinstance(node, ast.IfExp)]
    nodes = [*nodes, *(part for node in either for part in (node.body, node.orelse))]
    return [node for node in nodes if isinstance(node, ast.JoinedStr) or isinstance(getattr(node, "value", 0), str)]


def text_of(node):
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return "".join(getattr(part, "value", "") if isinstance(part, ast.Constant) else "0" for part in parts)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_module_has_no_unmarked_text(path):
    assert unmarked_in_module(path.read_text()) == []


@pytest.mark.parametrize(
    "source",
    [
        'forms.CharField(label="Front")',
        'forms.CharField(error_messages={"required": "Missing"})',
        'messages.success(request, "Saved")',
        'raise ValidationError("Missing")',
        'say(request, 400, "Missing")',
        'class Kind(models.TextChoices):\n    BASIC = "basic", "question"',
        'class Meta:\n    verbose_name = "card"',
        'class Meta:\n    labels = {"email": "Address"}',
        'text = "There is no such page."',
        'text = f"There is no {page}."',
        'forms.CharField(label=_("Front") if front else "Back")',
        'models.CharField("front", max_length=1000)',
        'date_format(day, "j F")',
    ],
)
def test_unmarked_text_in_a_module_is_found(source):
    assert len(unmarked_in_module(source)) == 1


SHOWN = [model for model in admin.site._registry if model._meta.app_label in ("accounts", "cards")]


@pytest.mark.parametrize("model", SHOWN, ids=lambda model: model.__name__)
def test_field_that_the_admin_shows_has_a_marked_name(model):
    shown = [field for field in model._meta.concrete_fields if field.editable and not field.auto_created]
    assert [field.name for field in shown if not isinstance(field.verbose_name, Promise)] == []


# scripts: the page hands them their texts in data attributes, so they hold none

COMMENT = re.compile(r"/\*.*?\*/|(?<![:\w])//[^\n]*", re.DOTALL)
LITERAL = re.compile(r"""(["'`])((?:(?!\1)[^\\\n]|\\.)*)\1""")
SILENT_LINE = re.compile(r"console\.|\"use strict\"|new Error\(|querySelector|matches\(|closest\(|document\.cookie")


def unmarked_in_script(source):
    lines = [line for line in COMMENT.sub("", source).splitlines() if not SILENT_LINE.search(line)]
    literals = [text for line in lines for _quote, text in LITERAL.findall(line)]
    return [text for text in literals if (WORDS.search(text) or SENTENCE.match(text)) and text[0] not in "#.["]


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_script_has_no_text_of_its_own(path):
    assert unmarked_in_script(path.read_text()) == []


@pytest.mark.parametrize("source", ['line.textContent = "Not saved";', "alert(`Try again`)", "x = 'Saved again.'"])
def test_text_in_a_script_is_found(source):
    assert len(unmarked_in_script(source)) == 1
