"""Who may import whom (DESIGN.md §2), how large pieces may grow, and what templates may not contain."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = ("accounts", "cards", "pactcards")
PURE = {
    "cards.sm2",
    "cards.kinds",
    "cards.formatting",
    "cards.content.rules",
    "cards.planning.words",
    "cards.planning.days",
    "cards.planning.looks",
    "cards.planning.work",
    "cards.planning.spread",
    "cards.planning.tries",
    "cards.planning.exam",
    "cards.planning.minutes",
    "cards.planning.one_card",
}
PEOPLE = {"accounts.models", "accounts.days", "accounts.privacy", "accounts.audit", "accounts.free_days"}
ALLOWED = {
    "accounts": {"accounts"},
    "cards.sm2": set(),
    "cards.planning": {"cards.planning"},
    "cards.kinds": set(),
    "cards.formatting": {"cards.kinds"},
    "cards.templatetags": {"cards.formatting"},
    "cards.content.rules": set(),
    "cards.models": {"cards.models", "cards.sm2", "cards.kinds", "cards.formatting"},
    "cards.prepared": set(),
    "cards.studied": {"cards.models", "cards.prepared"},
    "cards.planned": {"cards.models", "cards.planning"},
    "cards.new_room": {"cards.planned", "cards.studied"},
    "cards.queue": {"cards.models", "cards.studied", "cards.planning", "cards.planned", "cards.new_room"},
    "cards.late": {"cards.models"},
    "cards.review": {
        "cards.models",
        "cards.sm2",
        "cards.late",
        "cards.studied",
        "cards.planned",
        "cards.replan",
        "cards.study_day",
    },
    "cards.study_day": {"cards.models"},
    "cards.exams": {"cards.models", "cards.planned", "cards.planning", "cards.prepared"},
    "cards.practice": {"cards.models", "cards.sm2", "cards.queue", "cards.browse"},
    "cards.marks": {"cards.models"},
    "cards.stats": {"cards.models", "cards.queue", "cards.kinds", "cards.stats"},
    "cards.browse": {"cards.models", "cards.stats"},
    "cards.own": {"cards.models"},
    "cards.interchange": {
        "cards.models",
        "cards.kinds",
        "cards.formatting",
        "cards.content.rules",
        "cards.interchange",
    },
    "cards.replay": {"cards.models", "cards.sm2"},
    "cards.rebuild": {"cards.models", "cards.replay"},
    "cards.content": {"cards.models", "cards.content"},
    "cards.revise": {"cards.models"},
    "cards.desk": {"cards.models"},
    "cards.previews": {"cards.models", "cards.exams", "cards.planned"},
    "cards.replan": {"cards.models", "cards.planning", "cards.planned", "cards.exams"},
    "cards.teaching": {"cards.models", "accounts.roster"},
    "cards.forms": {
        "accounts.forms.days",
        "accounts.forms.versioned",
        "cards.forms",
        "cards.desk",
        "cards.teaching",
        "cards.revise",
        "cards.models",
        "cards.sm2",
        "cards.kinds",
        "cards.content.rules",
        "cards.interchange",
    },
    "cards.views": {
        "cards",
        "accounts.access",
        "accounts.retention",
        "accounts.roster",
        "accounts.replanning",
        "pactcards.errors",
    },
    "cards.urls": {"cards.views"},
    "cards.admin": {"cards", "accounts.scoped", "accounts.replanning"},
    "cards.apps": set(),
    "cards.management": {"cards", "accounts.mailings"},
    "pactcards": {"pactcards"},
}
FILES = [path for app in OURS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
TEMPLATES = list((ROOT / "templates").rglob("*.html"))


def module_of(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports_of(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_within(name, modules):
    return any(name == module or name.startswith(module + ".") for module in modules)


def rule_for(module):
    return max((rule for rule in ALLOWED if is_within(module, [rule])), key=len, default=None)


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_module_imports_only_what_its_layer_may(path):
    module = module_of(path)
    if module in ("cards", "accounts"):
        return
    allowed = ALLOWED[rule_for(module)] | (PEOPLE if module.startswith("cards") and module not in PURE else set())
    ours = {name for name in imports_of(path) if name.split(".")[0] in OURS}
    assert sorted(name for name in ours if not is_within(name, allowed)) == []


@pytest.mark.parametrize("module", sorted(PURE))
def test_pure_module_imports_no_django(module):
    path = ROOT / (module.replace(".", "/") + ".py")
    assert [name for name in imports_of(path) if name.split(".")[0] == "django"] == []


@pytest.mark.parametrize(
    "module",
    [
        "queue",
        "late",
        "review",
        "studied",
        "replay",
        "rebuild",
        "stats/answers",
        "stats/class_cards",
        "stats/class_map",
        "stats/class_student",
        "stats/days",
        "stats/do_now",
        "stats/memory",
        "stats/motives",
        "stats/school_class",
        "marks",
        "practice",
        "desk",
        "revise",
        "stats/decks",
        "sm2",
        "planning/__init__",
        "planning/days",
        "planning/exam",
        "planning/looks",
        "planning/minutes",
        "planning/one_card",
        "planning/others",
        "planning/spread",
        "planning/tries",
        "planning/work",
        "kinds",
        "models/cards",
        "models/decks",
        "models/lessons",
        "models/reviews",
        "forms/review",
        "forms/day",
        "forms/browse",
        "forms/own",
        "forms/classes",
        "teaching",
        "forms/imports",
        "interchange/text",
        "interchange/fields",
        "interchange/rows",
        "interchange/verdicts",
        "interchange/batches",
        "interchange/importing",
        "forms/school_class",
        "browse",
        "own",
        "planned",
        "study_day",
        "exams",
        "new_room",
        "previews",
        "forms/exam",
        "replan",
        "forms/class_days",
    ],
)
def test_only_views_and_commands_read_the_clock(module):
    assert not re.search(
        r"timezone\.now|datetime\.now|date\.today|time\.time\(", (ROOT / f"cards/{module}.py").read_text()
    )


@pytest.mark.parametrize(
    "module",
    [
        "access",
        "audit",
        "codes",
        "days",
        "forms/invite",
        "invite",
        "forms/me",
        "forms/email",
        "forms/joining",
        "forms/students",
        "join_limits",
        "limits",
        "names",
        "roster",
        "words",
        "erasure",
        "erasures",
        "export",
        "free_days",
        "replanning",
        "login_codes",
        "ways_in",
        "models",
        "mailings",
        "passwords",
        "privacy",
        "resets",
        "retention",
        "scoped",
        "second_factor",
        "sessions",
        "zones",
    ],
)
def test_no_clock_is_read_below_the_pages_about_oneself(module):
    assert not re.search(r"timezone\.now|datetime\.now|date\.today", (ROOT / f"accounts/{module}.py").read_text())


def test_only_review_writes_logs_and_states_but_for_their_dates_and_repairs():
    writes = re.compile(r"(CardState|ReviewLog)(\.objects)?[^\n]*\.(create|update|delete|bulk_\w+|save)\(")
    found = [module_of(path) for path in FILES if writes.search(path.read_text())]
    assert set(found) <= {"cards.review", "cards.revise", "cards.replan", "cards.rebuild"}


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_files_and_functions_stay_small(path):
    text = path.read_text()
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    assert text.count("\n") <= 300
    assert [node.name for node in functions if node.end_lineno - node.lineno >= 50] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT / "templates").as_posix())
def test_template_has_no_inline_code_and_marks_nothing_safe(path):
    forbidden = (
        r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|hx-on|hx-vals=.js:|\|\s*safe\b|autoescape off|https?://"
    )
    assert re.findall(forbidden, path.read_text()) == []


def test_no_code_marks_text_as_safe():
    marks = re.compile("mark_safe|SafeString|SafeText|SafeData|__html__|html_safe|format_html")
    assert [module_of(path) for path in FILES if marks.search(path.read_text())] == ["cards.templatetags.formatting"]


def test_only_what_nh3_has_cleaned_is_marked_as_safe():
    """`shown`, `around_blank` and `with_answer` hand out nothing else: tests/test_formatting.py."""
    text = (ROOT / "cards/templatetags/formatting.py").read_text()
    assert text.count("mark_safe(") == 1
    assert set(re.findall(r"_safe\(([\w.]+)\(?", text)) == {
        "cleaned",
        "formatting.shown",
        "formatting.with_answer",
        "half",
    }
