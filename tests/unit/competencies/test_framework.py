"""The competency framework: nine competencies, five levels, classes of post."""

from __future__ import annotations

import shutil

import pytest

from learn.competencies.framework.catalogue import DATA, UnknownCompetency, load_framework
from learn.competencies.reading import InvalidData

CORE = ["M.01", "M.02", "M.03", "M.04", "M.05", "M.06", "M.07", "M.08", "SK.01"]


@pytest.fixture
def framework():
    return load_framework()


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(DATA, tmp_path / "data")
    return tmp_path / "data"


def replace(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_core_is_eight_managerial_and_one_sociocultural_competency(framework):
    assert [each.code for each in framework.competencies] == CORE
    assert [each.kind for each in framework.competencies] == ["managerial"] * 8 + ["sociocultural"]


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_competency_and_level_has_words_in_both_languages(framework, language):
    for each in framework.competencies:
        texts = [each.name(language), each.definition(language)]
        texts += [each.level(number).descriptor(language) for number in range(1, 6)]
        assert all(texts)
        assert len(set(texts)) == 7


def test_level_names_are_the_official_ones(framework):
    names = [framework.level_name(level, "id") for level in range(1, 6)]
    assert names == ["Paham", "Dasar", "Menengah", "Mumpuni", "Ahli"]
    assert framework.level_name(0, "id") == ""


def test_a_language_other_than_english_gets_indonesian(framework):
    integrity = framework.competency("M.01")
    assert integrity.name("en_GB") == "Integrity"
    assert integrity.name("id_ID") == integrity.name("fr") == "Integritas"


@pytest.mark.parametrize("code", ["SK.01", "S.01", "SK.1", "sk.01", " S.01 "])
def test_a_competency_is_found_by_code_and_alias(framework, code):
    assert framework.competency(code).code == "SK.01"


def test_an_unknown_code_names_the_nearest(framework):
    with pytest.raises(UnknownCompetency, match=r"M05; did you mean M\.05\?"):
        framework.competency("M05")
    with pytest.raises(UnknownCompetency, match=r"the codes are M\.01, M\.02"):
        framework.competency("zzzzzz")
    assert framework.find("M05") is None


@pytest.mark.parametrize(
    ("post", "level"),
    [
        ("JPT_UTAMA", 5),
        ("JPT_MADYA", 5),
        ("JPT_PRATAMA", 4),
        ("ADMINISTRATOR", 3),
        ("PENGAWAS", 2),
        ("PELAKSANA", 1),
        ("JF_UTAMA", 5),
        ("JF_MADYA", 4),
        ("JF_MUDA", 3),
        ("JF_PERTAMA", 2),
        ("JF_PENYELIA", 2),
        ("JF_MAHIR", 2),
        ("JF_TERAMPIL", 1),
        ("JF_PEMULA", 1),
    ],
)
def test_a_class_of_post_requires_one_level_on_all_nine(framework, post, level):
    levels = framework.required_levels(post)
    assert levels == dict.fromkeys(CORE, level)
    assert sum(levels.values()) == 9 * level


def test_what_is_not_known_requires_nothing(framework):
    assert framework.required_level("ADMINISTRATOR", "M.05") == 3
    assert framework.required_level("ADMINISTRATOR", "T.LOKAL.01") is None
    assert framework.required_level("NO_POST", "M.05") is None
    assert framework.required_levels("NO_POST") == {}


def test_a_post_may_require_another_level_of_one_competency(folder):
    replace(folder / "posts.yaml", "code: PENGAWAS,", "code: PENGAWAS, levels: {M.05: 3},")
    framework = load_framework(folder)
    assert framework.required_level("PENGAWAS", "M.05") == 3
    assert framework.required_level("PENGAWAS", "M.01") == 2


def test_a_level_may_name_mandatory_evidence(folder):
    replace(
        folder / "framework.yaml", "  - level: 2\n", "  - level: 2\n    mandatory: [etika-asn]\n"
    )
    mandatory = load_framework(folder).competency("M.01").mandatory
    assert [(each.level, each.source) for each in mandatory] == [(2, "etika-asn")]


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (
            "framework.yaml",
            "code: M.01",
            "kode: M.01",
            r"framework\.yaml, key competencies\.0\.kode",
        ),
        ("framework.yaml", "level: 2", "level: 9", r"key competencies\.0\.levels\.1\.level"),
        (
            "framework.yaml",
            "level: 2",
            "level: 3",
            r"competencies\.M\.01\.levels: must be the levels 1",
        ),
        ("framework.yaml", "code: M.02", "code: m.01", r"m\.01 stands twice"),
        ("framework.yaml", "competencies:", "competencies: [", r"framework\.yaml"),
        ("posts.yaml", "minimum_percent: 68", "minimum_percent: 88", r"bands\.selection"),
        ("posts.yaml", "required_level: 5", "required_level: five", r"posts\.yaml, key posts\.0"),
        ("posts.yaml", "code: JPT_MADYA", "code: JPT_UTAMA", r"code JPT_UTAMA stands twice"),
        (
            "posts.yaml",
            "code: PENGAWAS,",
            "code: PENGAWAS, levels: {M.5: 3},",
            r"posts\.PENGAWAS\.levels\.M\.5",
        ),
    ],
)
def test_a_mistake_in_the_data_is_told_with_path_and_key(folder, file, old, new, told):
    replace(folder / file, old, new)
    with pytest.raises(InvalidData, match=told):
        load_framework(folder)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InvalidData, match=r"framework\.yaml"):
        load_framework(tmp_path)
