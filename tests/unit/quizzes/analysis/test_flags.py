"""What is said about odd questions, and when it is not said."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

from learn.quizzes.analysis.collecting import Collector, Taken
from learn.quizzes.analysis.figures import Analysis
from learn.quizzes.analysis.flags import NEEDED, question_flags, quiz_flags
from learn.quizzes.analysis.making import analyses
from tests.support.quizzes import TYPES, key_of, quiz

QUIZ = quiz(
    "".join(
        f"## q{n}\nApa {n}?\n\n- (x) Alfa\n- ( ) Beta\n- ( ) Gama\n- ( ) Delta\n\n"
        for n in range(6)
    )
)
Picks = Callable[[float, random.Random], str | None]


def usual(able: float, chance: random.Random) -> str:
    """Pick as people do: who knows more is right more often, others take any."""
    return "Alfa" if chance.random() < able else chance.choice(["Beta", "Gama", "Delta"])


def analysis(first: Picks, people: int = 200, others: Picks = usual) -> Analysis:
    """Return the analysis of a quiz whose first question is answered in a way of its own."""
    chance, collector = random.Random(7), Collector(lambda _version: QUIZ, TYPES)
    for person in range(people):
        able = (person + 0.5) / people
        answers, credits = {}, {}
        for place, question in enumerate(QUIZ.questions):
            picked = (others if place else first)(able, chance)
            credits[question.key] = 1.0 if picked == "Alfa" else 0.0
            if picked:
                answers[question.key] = json.dumps([key_of(question, picked)])
        score = sum(credits.values()) / 6
        collector.add(Taken(person, "v1", 1, score, score >= 0.7, credits, answers))
    return analyses(collector, "kursus", "kuis", "first")[""]


def flags(first: Picks, people: int = 200) -> dict[str, str]:
    """Return the flags of the first question: code to sentence."""
    return {
        flag.code: str(flag.message)
        for flag in question_flags(analysis(first, people).questions[0])
    }


def test_a_question_that_works_has_no_flag():
    assert flags(usual) == {}


def test_with_few_attempts_only_that_is_said_and_how_many_are_missing():
    found = question_flags(analysis(lambda able, chance: "Beta", people=12).questions[0])
    assert [flag.code for flag in found] == ["few"]
    assert str(found[0].message) == f"Too few attempts to tell: 12 of {NEEDED}."
    assert "18 more" in str(found[0].advice)
    assert [flag.code for flag in quiz_flags(analysis(usual, people=12))] == ["few"]


def test_when_the_best_choose_a_wrong_answer_the_key_is_doubted():
    found = flags(lambda able, chance: "Beta" if able > 0.5 else chance.choice(["Alfa", "Gama"]))
    assert found["key"] == "The best people choose “Beta”: is the key right?"
    assert "negative" in found


def test_a_wrong_answer_that_draws_better_people_than_weak_ones_is_named():
    def picks(able: float, chance: random.Random) -> str:
        if able > 0.7:
            return "Alfa"
        return "Beta" if able > 0.45 else chance.choice(["Gama", "Delta"])

    def shifted(able: float, chance: random.Random) -> str:
        return picks(able, chance) if chance.random() < 0.9 else "Beta" if able > 0.7 else "Gama"

    found = flags(lambda able, chance: "Beta" if 0.6 < able < 0.85 else shifted(able, chance))
    assert found.get("drawing") == "Better people choose “Beta” more often than weaker ones."
    assert "key" not in found


def test_a_question_that_says_nothing_about_people_is_weak():
    found = flags(lambda able, chance: chance.choice(["Alfa", "Beta", "Gama", "Delta"]))
    assert list(found) == ["weak"]


def test_a_question_that_everybody_gets_right_is_easy_and_its_wrong_answers_are_not_blamed():
    assert list(flags(lambda able, chance: "Alfa")) == ["easy"]


def test_a_question_below_guessing_leads_astray():
    found = flags(
        lambda able, chance: (
            "Alfa" if chance.random() < 0.05 else chance.choice(["Beta", "Gama", "Delta"])
        )
    )
    assert found["guessing"] == "People do worse here than if they guessed."


def test_a_wrong_answer_that_nobody_believes_is_named_once_enough_were_wrong():
    found = flags(
        lambda able, chance: "Alfa" if chance.random() < able else chance.choice(["Beta", "Gama"])
    )
    assert found == {"unused": "Nobody chooses “Delta”."}
    assert "unused" not in flags(lambda able, chance: "Alfa" if able > 0.03 else "Beta")


def test_many_empty_answers_are_told():
    found = flags(lambda able, chance: None if able < 0.3 else usual(able, chance))
    assert found["empty"] == "30% leave this question empty."


def test_a_quiz_of_guesses_is_told_to_be_unreliable_with_what_would_help():
    def coin(able: float, chance: random.Random) -> str:
        return "Alfa" if chance.random() < 0.4 + able / 5 else "Beta"

    found = {flag.code: flag for flag in quiz_flags(analysis(coin, others=coin))}
    assert "alpha" in found
    assert quiz_flags(analysis(usual)) == []


def test_every_flag_says_why_and_what_to_do():
    for picks in (usual, lambda able, chance: "Beta", lambda able, chance: None):
        for flag in question_flags(analysis(picks).questions[0]):
            assert str(flag.message) and str(flag.advice)
