"""On phones each cell of a table says what its column is called."""

from markupsafe import Markup

from learn.web.stacking import labelled

HEAD = Markup(
    '<thead><tr><th scope="col">Name</th><th scope="col" class="l-n">JP <p class="l-small">a year</p></th>'
    '<th scope="col"><span class="l-vh">Act</span></th></tr></thead>'
)


def body(row: str) -> str:
    return labelled(HEAD + Markup(f"<tbody><tr>{row}</tr></tbody>")).removeprefix(HEAD)


def test_a_cell_says_what_its_column_is_called():
    found = body('<th scope="row">Ayu</th><td class="l-n">20</td>')
    assert found == (
        '<tbody><tr><th scope="row">Ayu</th><td class="l-n" data-label="JP">20</td></tr></tbody>'
    )


def test_every_row_begins_anew():
    one = '<th scope="row">Ayu</th><td>20</td><td>x</td>'
    assert body(f"{one}</tr><tr>{one}").count('data-label="JP"') == 2


def test_a_name_for_listeners_alone_is_not_shown():
    assert "<td>x</td>" in body('<th scope="row">Ayu</th><td>20</td><td>x</td>')


def test_a_blank_cell_becomes_empty_and_one_across_keeps_its_place():
    assert '<td data-label="JP"></td>' in body('<th scope="row">Ayu</th><td>\n  </td>')
    assert '<td colspan="2">-</td>' in body('<th scope="row">Ayu</th><td colspan="2">-</td>')


def test_a_name_is_escaped():
    head = Markup('<thead><tr><th scope="col">{}</th></tr></thead>').format('a"<b>')
    assert 'data-label="a&#34;&lt;b&gt;"' in labelled(
        head + Markup("<tbody><tr><td>1</td></tr></tbody>")
    )


def test_rows_without_a_head_stay_as_they_are():
    assert (
        labelled(Markup("<tbody><tr><td>1</td></tr></tbody>"))
        == "<tbody><tr><td>1</td></tr></tbody>"
    )
