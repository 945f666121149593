"""Where questions stand in a text."""

from learn.publishing.places import lines_of


def test_headings_of_questions_are_found_with_their_lines():
    assert lines_of("---\ntitle: x\n---\n## satu {points=2}\nApa?\n## dua\n") == {
        "satu": 4,
        "dua": 6,
    }


def test_what_looks_like_a_heading_in_code_is_none():
    assert lines_of("```\n## bukan\n```\n## satu\n") == {"satu": 4}
    assert lines_of("~~~~\n```\n## bukan\n~~~~\n### bukan\n## satu\n") == {"satu": 6}
