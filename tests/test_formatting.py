"""The light marks of a card's text: what is shown of them, what is not, and that they come back as they were."""

import re
from html import unescape

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards import formatting
from cards.content.files import read_content
from cards.formatting import BLOCK, LINE, WORDS, as_it_stands, cleaned, plain, shown
from cards.interchange.apkg import markup
from tests.payloads import PAYLOADS

PIECES = [*"ab *[]()\\-_.<&\"':{}\n", "**", "\n- ", "[w](https://a.org)", "\\*", "](https://", "<b>", "&amp;"]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=15).map("".join) | st.sampled_from(PAYLOADS)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("to win **time**", "to win <strong>time</strong>"),
        ("*not* to fight", "<em>not</em> to fight"),
        ("both: ***now***", "both: <em><strong>now</strong></em>"),
        ("two\nlines", "two<br>lines"),
        ("- time\n- *land*\nand more", "<ul><li>time</li><li><em>land</em></li></ul>and more<br>"),
        (
            "see [the *text*](https://avalon.law.yale.edu/n.asp?a=1&b=2)",
            'see <a href="https://avalon.law.yale.edu/n.asp?a=1&amp;b=2" rel="noopener nofollow">the <em>text</em></a>'
            " (avalon.law.yale.edu)",
        ),
        ("\\*no italics\\*, \\- no item", "*no italics*, - no item"),
    ],
)
def test_marks_are_shown(text, html):
    assert shown(text, BLOCK) == html


@pytest.mark.parametrize(
    "text",
    [
        "2 * 3 * 4",
        "a_b_c and __init__",
        "[sic] [1] (p. 9)",
        "1. first\n2. second",
        "-5 degrees, a - b",
        "<b>bold</b> & &amp; <script>",
        "# 1939 > 1938 ~ `x` | y",
        "[w](javascript:alert(1)) [w](http://a.org) [w](data:text/html,x) [w](//a.org) [w](https://)",
        "https://a.org <https://a.org>",
        "  two  spaces ",
        "",
    ],
)
def test_what_is_no_mark_is_shown_as_it_stands(text):
    assert unescape(shown(text, BLOCK).replace("<br>", "\n")) == text


def test_link_names_the_place_it_leads_to_and_not_the_one_it_pretends():
    assert shown("[w](https://good.org@evil.org/)", LINE).endswith("</a> (evil.org)")
    assert shown("[w](https://еvil.org/)", LINE).endswith("</a> (xn--vil-qdd.org)")


def test_heading_has_no_list_and_a_button_no_link():
    text = "- **time**\n- [land](https://a.org)"
    assert [shown(text, tags) for tags in (LINE, WORDS)] == [
        '• <strong>time</strong><br>• <a href="https://a.org" rel="noopener nofollow">land</a> (a.org)',
        "• <strong>time</strong> • land",
    ]


def test_plain_words_have_no_marks():
    assert plain("- **To** win\n[time](https://a.org) \\*") == "- To win\ntime *"


def test_blank_may_lie_in_bold_words_and_bold_words_in_the_blank():
    assert formatting.around_blank("to **win {{time}}** now", LINE) == ["to <strong>win ", "</strong> now"]
    assert formatting.with_answer("to {{win **time**}}") == "to <mark>win <strong>time</strong></mark>"
    assert formatting.with_answer("**a {{b** c}}") == "<strong>a <mark>b</mark></strong> c"


def test_line_with_more_marks_than_anybody_writes_is_text():
    assert shown("*a* " * 50, WORDS) == "*a* " * 50


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_only_these_elements_are_ever_shown(text):
    for html in (shown(text, BLOCK), formatting.with_answer(text), "".join(formatting.around_blank(text, LINE))):
        assert set(re.findall(r"<(/?\w+)", html)) <= {f"{end}{tag}" for tag in BLOCK for end in ("", "/")}
        assert set(re.findall(r"<\w+ ([^>]*)>", html)) <= {'href="https://a.org" rel="noopener nofollow"'}


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nh3_has_the_last_word(payload, monkeypatch):
    """Even if reading the marks let everything through."""
    formatting.shown.cache_clear()
    monkeypatch.setattr(formatting, "_page_html", lambda text, tags: text)
    html = shown(payload, BLOCK)
    assert html == nh3.clean(html, tags=set(BLOCK), attributes={"a": {"href"}}, link_rel="noopener nofollow")
    formatting.shown.cache_clear()


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_text_goes_to_html_and_back_exactly(text):
    assert markup.exact(markup.marked_up(text)) == text


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_any_text_can_be_shown_as_it_stands(text):
    assert unescape(shown(as_it_stands(text), BLOCK).replace("<br>", "\n")) == text


def test_what_is_not_to_be_seen_is_dropped_and_languages_stay_whole():
    assert cleaned("a\u202eb\u200bc\0d\ufeffe\u2066\x85") == "abcde"
    assert cleaned("שלום\u200f نامه\u200cها 👩\u200d🏫\n\tœ") == "שלום\u200f نامه\u200cها 👩\u200d🏫\n\tœ"


def test_no_text_of_the_starter_decks_has_a_mark_by_chance():
    entries = [card for deck in read_content().decks for card in deck.cards]
    texts = [text for entry in entries for text in entry.values() if isinstance(text, str)]
    texts += [text for entry in entries for text in (*entry.get("options", []), *map(str, entry.get("points", [])))]
    assert [text for text in texts if plain(text) != text or "<ul>" in shown(text, BLOCK)] == []
