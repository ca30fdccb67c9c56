"""Anki packages, old and new, as rows of cells."""

from io import BytesIO

import genanki
import pytest

from cards.interchange.apkg import PackageError, read_package
from tests.packages import BASIC, CLOZE, DECOY, middle_package, new_package, old_collection, old_package, zipped

PACKAGES = pytest.mark.parametrize("package", [old_package, middle_package, new_package])


def basic(front="Why did he sign?", back="To win time.", tags="", guid="guid"):
    return guid, BASIC, tags, [front, back]


def sentence(text, extra="", guid="guid"):
    return guid, CLOZE, "", [text, extra]


def cells(*notes, package=old_package):
    """What the rows say, without the codes."""
    rows = read_package(package(*notes)).rows
    return [{name: text for name, text in row.cells.items() if name != "code"} for row in rows]


def problems(*notes):
    return [row.problem for row in read_package(old_package(*notes)).rows]


@PACKAGES
def test_question_and_answer(package):
    assert cells(basic(), package=package) == [{"kind": "basic", "front": "Why did he sign?", "back": "To win time."}]


@PACKAGES
def test_sentence_with_a_blank(package):
    expected = {"kind": "cloze", "front": "He needed {{time}}.", "back": "time", "why": "His army was weak."}
    assert cells(sentence("He needed {{c1::time}}.", "His army was weak."), package=package) == [expected]


@PACKAGES
def test_tags_and_guid_are_kept(package):
    row = read_package(package(basic(tags="motive::time  marked", guid="a`b{c"))).rows[0]
    assert (row.tags, row.guid) == (("motive::time", "marked"), "a`b{c")


def test_package_of_genanki():
    deck = genanki.Deck(1, "Pact")
    deck.add_note(genanki.Note(genanki.BASIC_MODEL, ["Why?", "Because."], guid="g1", tags=["time"]))
    deck.add_note(genanki.Note(genanki.CLOZE_MODEL, ["It was {{c1::1939::a year}}.", "August"], guid="g2"))
    file = BytesIO()
    genanki.Package(deck).write_to_file(file)
    rows = read_package(file.getvalue()).rows
    assert [(row.cells["front"], row.tags, row.guid) for row in rows] == [
        ("Why?", ("time",), "g1"),
        ("It was {{1939}}.", (), "g2"),
    ]


# --- note types


def test_fields_are_those_that_the_first_template_shows():
    kind = ("Mine", 0, ["Id", "Q", "A", "Note"], "<b>{{Q}}</b>", "{{FrontSide}}{{type:A}}{{#Note}}{{Note}}{{/Note}}")
    row = read_package(old_package(("g", 3, "", ["7", "Why?", "So.", "See p. 9."]), types={3: kind})).rows[0]
    assert (row.cells["front"], row.cells["back"]) == ("Why?", "So.\nSee p. 9.")


@pytest.mark.parametrize("template", ["{{#Front}}unclosed", "{{type:..}}", "{{", "", "{{Nobody}}"])
def test_template_that_shows_nothing_gives_the_first_two_fields(template):
    kind = ("Mine", 0, ["Front", "Back"], template, template)
    row = read_package(old_package(basic(), types={BASIC: kind})).rows[0]
    assert (row.cells["front"], row.cells["back"]) == ("Why did he sign?", "To win time.")


def test_note_of_an_unknown_type_gives_the_first_two_fields():
    assert cells(("g", 99, "", ["Why?", "So.", "x"])) == [{"kind": "basic", "front": "Why?", "back": "So."}]


# --- sentences with blanks


def test_each_number_is_a_card_of_its_own_with_a_code_of_its_own():
    rows = read_package(old_package(sentence("{{c2::Hitler}} and {{c1::Stalin::who?}} signed."))).rows
    assert [row.cells["front"] for row in rows] == ["Hitler and {{Stalin}} signed.", "{{Hitler}} and Stalin signed."]
    assert rows[1].cells["code"] == rows[0].cells["code"] + "-2"


def test_blank_within_a_blank():
    fronts = [found["front"] for found in cells(sentence("{{c1::Time to {{c2::rearm}}}} was won."))]
    assert fronts == ["{{Time to rearm}} was won.", "Time to {{rearm}} was won."]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{{c1::Stalin}} and {{c1::Hitler}}", "more than one blank"),
        ("{{c1::}} was won.", "can’t be read"),
        ("{{c1::one<br>two}}", "can’t be read"),
        ("No blank.", "no blank"),
        ("{{c1::never closed", "can’t be read"),
        ("{{c1::image-occlusion:rect:left=.1}}", "part of a picture"),
    ],
)
def test_what_one_blank_cannot_hold_is_a_row_with_its_problem(text, problem):
    assert [problem in said for said in problems(sentence(text))] == [True]


# --- what is said

LINKS = "[w](https://a.org/b%20%28c%29) x (http://b.org) z"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<div>Why?</div><div>Say <b>two</b></div>", "Why?\nSay **two**"),
        ("one<br>two<br/><br />four", "one\ntwo\n\nfour"),
        ("a&nbsp;b &amp; c&lt;d&gt; &#8217;", "a b & c<d> ’"),
        ("  much\n\n  space&nbsp; ", "much space"),
        ("<ul><li>one</li><li><p>two</p></li></ul>three", "- one\n- two\nthree"),
        ("Say:<ol><li>one<li>two</ol>", "Say:\n1. one\n2. two"),
        ("<b>one<br>two </b>three <strong><em>four</em></strong>", "**one**\n**two** three ***four***"),
        ('<a href="https://a.org/b (c)">w</a> <a href="http://b.org">x</a> <a href="javascript:y()">z</a>', LINKS),
        ("a * b, *d*, [e](https://f.org) and \\!", "a \\* b, \\*d\\*, \\[e](https://f.org) and \\\\!"),
        ("2 * 3 [sic]", "2 * 3 [sic]"),
        ("- no list", "\\- no list"),
        ('<u>a</u><font color="red">b</font><b></b>', "ab"),
        ("a<b>&quot;b&quot;</b>c", 'a"b"c'),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1 2"),
        ('<img alt="a > b" src="x.png">seen[sound:a.mp3]', "seen"),
        ("<style>b{}</style>x<script>y</script><!-- z -->", "x"),
        ("5 < 6 and 7 > 6", "5 < 6 and 7 > 6"),
        ("seen<!-- never closed", "seen"),
        ("&#" + "9" * 5000 + ";!", "\N{REPLACEMENT CHARACTER}!"),
        ("a\0b\x07c", "abc"),
    ],
)
def test_markup_becomes_text_with_our_marks(markup, text):
    assert cells(basic(back=markup))[0]["back"] == text


@pytest.mark.parametrize(
    ("front", "back", "problem"),
    [
        ("", "A", "The question is empty."),
        ("Q", "<br>", "One side is only a picture or a sound, and those are left out."),
        ("Q", "", "The answer is empty."),
        ('<img src="map.png">', "A", "One side is only a picture or a sound, and those are left out."),
        ("Q", "a" * 20_001, "This note is longer than any card can be."),
        ("Q", "A", ""),
    ],
)
def test_problem_is_a_sentence(front, back, problem):
    assert problems(basic(front, back)) == [problem]


# --- codes, counts, versions


def test_code_is_the_same_for_the_same_note():
    first, second = (read_package(old_package(basic(front=text))).rows[0].cells["code"] for text in ("Q", "Changed"))
    other = read_package(old_package(basic(guid="other"))).rows[0].cells["code"]
    assert (first == second, first == other, len(first)) == (True, False, 21)


def test_media_and_schedules_are_counted():
    scheduled = "INSERT INTO cards VALUES (1, 1, 0, 7), (2, 1, 1, 0);"
    entries = {"media": "{}", "0": "picture", "1": "sound"}
    collection = old_collection(basic(), statements=[scheduled])
    package = read_package(zipped({"collection.anki2": collection, **entries}))
    assert (package.notes, package.media, package.reviewed) == (1, 2, 1)


def test_tags_are_counted():
    package = read_package(old_package(basic(tags="time land"), basic(tags="time", guid="2")))
    assert package.tags == {"time": 2, "land": 1}


@pytest.mark.parametrize(
    "entries",
    [
        {"collection.anki2": old_collection(DECOY)},
        {"collection.anki2": old_collection(DECOY), "meta": b"\x08\x63"},
        {"collection.anki2": old_collection(basic(), version=99)},
    ],
)
def test_newer_format_says_which_box_to_tick(entries):
    with pytest.raises(PackageError, match="tick “Support older Anki versions”"):
        read_package(zipped(entries))


@pytest.mark.parametrize("version", [15, 16, 17, 18])
def test_collections_with_tables_of_note_types_are_read(version):
    assert len(read_package(new_package(basic(), version=version)).rows) == 1


def test_package_without_notes_says_so():
    with pytest.raises(PackageError, match="There are no notes in this package"):
        read_package(old_package())


def test_five_thousand_notes_are_read():
    assert len(read_package(old_package(*(basic(guid=str(number)) for number in range(5000)))).rows) == 5000
