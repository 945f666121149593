"""The forms of development and the obligations."""

from __future__ import annotations

import pytest

from learn.competencies.reading import InvalidData
from learn.hours.forms import DATA, UnknownForm, load_forms


@pytest.fixture
def forms():
    return load_forms()


def test_the_forms_are_one_formal_12_classical_and_13_nonclassical(forms):
    codes = ["PD01", *(f"KL{n:02}" for n in range(1, 13)), *(f"NKL{n:02}" for n in range(1, 14))]
    assert [form.code for form in forms.forms] == codes
    groups = [form.group for form in forms.forms]
    assert [groups.count(group) for group in ("formal", "classical", "nonclassical")] == [1, 12, 13]


def test_every_siasn_id_from_1_to_25_has_one_form(forms):
    ids = [form.siasn_jenis_diklat_id for form in forms.forms]
    assert sorted(filter(None, ids)) == list(range(1, 26))
    assert ids.count(None) == 1


def test_e_learning_is_siasn_16_and_by_program(forms):
    form = forms.form("nkl03")
    assert (form.siasn_jenis_diklat_id, form.siasn_flag, form.jp.mode) == (16, "T", "program")
    assert form.ip_asn_component == "technical"


def test_only_functional_training_has_flag_f_and_only_meetings_p(forms):
    flags = {form.code: form.siasn_flag for form in forms.forms}
    assert [code for code, flag in flags.items() if flag == "F"] == ["KL04"]
    assert [code for code, flag in flags.items() if flag == "P"] == ["KL06", "KL07", "KL11"]


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_form_and_evidence_has_words_in_both_languages(forms, language):
    for form in forms.forms:
        assert form.name(language)
        assert form.definition(language)
        assert all(forms.evidence_name(key, language) for key in form.evidence)


def test_one_jp_is_45_minutes(forms):
    assert forms.minutes_per_jp == 45


def test_pns_owe_at_least_20_and_pppk_get_at_most_24(forms):
    pns, pppk = forms.obligation("PNS"), forms.obligation("PPPK")
    assert (pns.rule, pns.jp) == ("at_least", 20)
    assert (pppk.rule, pppk.jp, pppk.per) == ("at_most", 24, "contract_year")


def test_everybody_else_owes_the_general_duty_without_a_figure(forms):
    assert forms.obligation("GUEST").rule == "duty"
    assert forms.obligation("PPPK", "JPT_MADYA").rule == "duty"


def test_an_unknown_form_names_the_nearest(forms):
    with pytest.raises(UnknownForm, match=r"KL-06; did you mean KL06\?"):
        forms.form("KL-06")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("group: formal", "grup: formal", r"forms\.yaml, key forms\.0\.grup"),
        ("mode: manual", "mode: guessed", r"key forms\.25\.jp"),
        ("cap_per_event: 12", "cap_per_day: 12", r"key forms\.18\.jp\.per_day\.cap"),
        ("code: KL02", "code: KL01", "code KL01 stands twice"),
        ("[study_decree, transcript]", "[diploma]", r"forms\.PD01\.evidence: diploma"),
        ("  jp: 20\n", "  jp: null\n", r"obligations\.PNS\.jp"),
        ("rule: duty", "rule: at_least", "general duty"),
    ],
)
def test_a_mistake_in_the_data_is_told_with_path_and_key(tmp_path, old, new, told):
    path = tmp_path / "forms.yaml"
    text = DATA.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InvalidData, match=told):
        load_forms(path)
