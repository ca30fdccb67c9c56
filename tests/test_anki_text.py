"""Notes as Anki writes them into a text file: its HTML arrives as our marks."""

import pytest

from cards.interchange.batches import received_text


def cells(text):
    return [(row.cells.get("front"), row.cells.get("back")) for row in received_text(text).rows]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("#separator:tab\n#html:true\nWhy <b>then</b>?\tTo win&nbsp;time\n", [("Why **then**?", "To win time")]),
        ('#separator:Semicolon\n#html:true\nQ;"a<br>""b"""\n', [("Q", 'a\n"b"')]),
        ("#separator:tab\n#html:true\nQ\t<ul><li>a</li></ul><script>x</script>\n", [("Q", "- a")]),
        ("#separator:tab\n#html:false\nQ\ta <b>b</b>\n", [("Q", "a <b>b</b>")]),
        ("#html:true\n#guid column:1\nx7\tQ\t=A, *b*\n", [("Q", "=A, \\*b\\*")]),
        ("Q\ta <b>b</b> &amp;\n", [("Q", "a <b>b</b> &amp;")]),
        ("#html:true is a line\tB\n", [("#html:true is a line", "B")]),
    ],
)
def test_cells_are_read_as_the_file_says(text, found):
    assert cells(text) == found
