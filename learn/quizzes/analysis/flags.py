"""What figures mean, in words: what is odd about a question or a quiz, why, and what to do about it.

Limits follow what item analysis commonly takes (Moodle's "Quiz statistics report"; Ebel 1979 for the
discrimination index; Nunnally 1978 for alpha). What rests on a correlation is said only when chance alone
would show it once in 200 times (Fisher's z).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from learn.errors import Message
from learn.quizzes.analysis.figures import Analysis, QuestionFigures, QuizFigures, ResponseFigures

NEEDED = 30
EASY, HARD = 0.95, 0.20
WEAK = 0.20
LEFT_EMPTY = 0.20
WRONG_NEEDED = 10
CHOSEN_NEEDED = 5
ALPHA = 0.60
ALPHA_WANTED = 0.70
SURE = 2.576  # standard deviations that 995 of 1,000 lie below: a quiz has many wrong answers to look at

BAD, LOOK, NOTE = "bad", "look", "note"


@dataclass(frozen=True)
class Flag:
    """One thing to look at.

    Parameters
    ----------
    code
        A stable name of the kind.
    level
        ``bad`` (probably wrong), ``look`` (worth a look) or ``note`` (good to know).
    """

    code: str
    level: str
    message: Message
    advice: Message


def question_flags(question: QuestionFigures) -> list[Flag]:
    """Return what is odd about a question, the worst first; little can be said of few attempts."""
    if not question.scored:
        return []
    if question.asked < NEEDED:
        return [_few(question.asked)]
    suspect = _suspect(question)
    found = [
        *_of_key(question, suspect),
        *_of_discrimination(question, suspect),
        *_of_facility(question),
        *_of_responses(question, suspect),
    ]
    return sorted(found, key=lambda flag: (BAD, LOOK, NOTE).index(flag.level))


def quiz_flags(analysis: Analysis) -> list[Flag]:
    """Return what is odd about the quiz as a whole, the worst first."""
    whole = analysis.whole
    if whole.attempts < NEEDED:
        return [_few(whole.attempts)] if whole.attempts else []
    found = [*_of_alpha(whole), *_of_mean(whole)]
    return sorted(found, key=lambda flag: (BAD, LOOK, NOTE).index(flag.level))


def worst(flags: list[Flag]) -> str:
    """Return the level of the worst flag; empty without any."""
    return flags[0].level if flags else ""


def _few(have: int) -> Flag:
    return Flag(
        "few", NOTE,
        Message("Too few attempts to tell: %(have)s of %(needed)s.", have=have, needed=NEEDED),
        Message(
            "With fewer than %(needed)s attempts chance moves every figure a lot. Wait for %(more)s more before changing anything because of them.",
            needed=NEEDED, more=NEEDED - have,
        ),
    )  # fmt: skip


def _drawing(response: ResponseFigures) -> Flag:
    return Flag(
        "drawing", LOOK,
        Message(
            "Better people choose “%(response)s” more often than weaker ones.",
            response=response.text,
        ),
        Message(
            "A wrong answer should draw those who do not know. Ask somebody who knows the subject why this one is not right, and change it or the question until it is plainly wrong."
        ),
    )  # fmt: skip


def _guessing(mean: float, guess: float) -> Flag:
    return Flag(
        "guessing", BAD,
        Message("People do worse here than if they guessed."),
        Message(
            "The mean is %(mean)s%%, guessing would give %(guess)s%%. Something leads people astray: check the key and what the lesson says about it.",
            mean=_percent(mean), guess=_percent(guess),
        ),
    )  # fmt: skip


def _percent(share: float) -> int:
    return round(share * 100)


def _bound(correlation: float, count: int, side: int) -> float:
    """Return the end of the range in which the true correlation most surely lies, on one side."""
    if abs(correlation) >= 1:
        return correlation
    return math.tanh(math.atanh(correlation) + side * SURE / math.sqrt(count - 3))


def _surely_above(response: ResponseFigures, asked: int) -> bool:
    return (
        response.relation is not None
        and response.count >= CHOSEN_NEEDED
        and _bound(response.relation, asked, -1) > 0
    )


def _suspect(question: QuestionFigures) -> ResponseFigures | None:
    """Return the wrong response that stronger people give the most surely; None when none is such."""
    wrong = (each for each in question.responses if not each.right and each.part == "")
    drawn = [each for each in wrong if _surely_above(each, question.asked)]
    return max(drawn, key=lambda each: each.relation or 0.0, default=None)


def _of_key(question: QuestionFigures, suspect: ResponseFigures | None) -> Iterator[Flag]:
    rights = [each for each in question.responses if each.right and each.rest is not None]
    if suspect is None or suspect.rest is None:
        return
    best = max((each.rest or 0.0 for each in rights), default=None)
    if best is None or suspect.rest > best:
        yield Flag(
            "key", BAD,
            Message("The best people choose “%(response)s”: is the key right?", response=suspect.text),
            Message(
                "Those who answer so reach %(theirs)s%% in the other questions, those who give the right answer %(right)s%%. Check the key first. If it is right, the question can probably be read in two ways: say more exactly what is asked.",
                theirs=_percent(suspect.rest), right=_percent(best or 0.0),
            ),
        )  # fmt: skip
    else:
        yield _drawing(suspect)


def _of_discrimination(
    question: QuestionFigures, suspect: ResponseFigures | None
) -> Iterator[Flag]:
    index = question.discrimination
    if index is None:
        return
    if _bound(index, question.asked, 1) < 0:
        yield Flag(
            "negative", BAD,
            Message("Weaker people do better here than stronger ones."),
            Message(
                "The discrimination index is %(index)s%%: who does well elsewhere tends to fail here. Look for a wrong key, a trap in the wording, or a rule that has changed.",
                index=_percent(index),
            ),
        )  # fmt: skip
    elif index < WEAK and suspect is None and _says_something(question):
        yield Flag(
            "weak", LOOK,
            Message("Hardly tells those who know from those who do not."),
            Message(
                "The discrimination index is %(index)s%%; %(wanted)s%% and more is good. Look at the wording, at wrong answers that nobody would choose, and whether the question belongs to what this quiz is about.",
                index=_percent(index), wanted=30,
            ),
        )  # fmt: skip


def _says_something(question: QuestionFigures) -> bool:
    """Whether the question is neither so easy nor so hard that it cannot tell people apart."""
    return question.facility is not None and HARD < question.facility < EASY


def _of_facility(question: QuestionFigures) -> Iterator[Flag]:
    facility = question.facility or 0.0
    margin = SURE * (question.deviation or 0.0) / math.sqrt(question.asked)
    if question.guess and facility + margin < question.guess:
        yield _guessing(facility, question.guess)
    elif facility <= HARD:
        yield Flag(
            "hard", LOOK,
            Message("Very hard: the mean is %(mean)s%%.", mean=_percent(facility)),
            Message(
                "Check the key, then whether the lesson teaches what is asked, and whether the wording asks for it plainly."
            ),
        )  # fmt: skip
    elif facility >= EASY:
        yield Flag(
            "easy", NOTE,
            Message("Very easy: the mean is %(mean)s%%.", mean=_percent(facility)),
            Message(
                "It tells nobody apart. Keep it when it is something that everybody must know; otherwise ask for more."
            ),
        )  # fmt: skip


def _of_responses(question: QuestionFigures, suspect: ResponseFigures | None) -> Iterator[Flag]:
    wrong = [each for each in question.responses if not each.right and each.part in {"", each.text}]
    whole = [each for each in wrong if each.part == ""]
    enough = not whole or sum(each.count for each in whole) >= WRONG_NEEDED
    for each in wrong:
        if each.count == 0 and enough:
            yield Flag(
                "unused", NOTE,
                Message("Nobody chooses “%(response)s”.", response=each.text),
                Message(
                    "A wrong answer that nobody believes makes guessing easier. Replace it by a mistake that people really make, or leave it out."
                ),
            )  # fmt: skip
        elif each is not suspect and each.part == each.text and _surely_above(each, question.asked):
            yield _drawing(each)
    empty = 1 - question.answered / question.asked
    if empty >= LEFT_EMPTY:
        yield Flag(
            "empty", LOOK,
            Message("%(share)s%% leave this question empty.", share=_percent(empty)),
            Message(
                "Is the time too short, the question too long, or is it not plain how to answer? Empty answers count 0."
            ),
        )  # fmt: skip


def _of_alpha(whole: QuizFigures) -> Iterator[Flag]:
    if whole.positions is None:
        yield Flag(
            "mixed", NOTE,
            Message("These attempts had different sets of questions."),
            Message(
                "How reliable the quiz is can only be said of attempts with the same questions: choose one version."
            ),
        )  # fmt: skip
    elif whole.alpha is not None and whole.alpha < ALPHA:
        yield Flag(
            "alpha", LOOK,
            Message("The grades are not very reliable: alpha is %(alpha)s%%.", alpha=_percent(whole.alpha)),
            _remedy(whole.alpha, whole.positions),
        )  # fmt: skip


def _remedy(alpha: float, positions: int) -> Message:
    """Return what raises alpha; how many questions, by the formula of Spearman and Brown (1910)."""
    if alpha <= 0.05:
        return Message(
            "The questions have next to nothing in common. Put the flagged questions right first; if the quiz is about several subjects, judge each by itself."
        )
    needed = math.ceil(positions * ALPHA_WANTED * (1 - alpha) / (alpha * (1 - ALPHA_WANTED)))
    return Message(
        "Near the pass mark chance decides with. Put the flagged questions right first; about %(needed)s questions like these (now %(now)s) would reach %(wanted)s%%.",
        needed=needed, now=positions, wanted=_percent(ALPHA_WANTED),
    )  # fmt: skip


def _of_mean(whole: QuizFigures) -> Iterator[Flag]:
    mean, guess = whole.mean or 0.0, whole.guess or 0.0
    if guess and mean < guess:
        yield _guessing(mean, guess)
