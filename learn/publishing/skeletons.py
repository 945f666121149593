"""First texts of new courses, modules, quizzes and translations: small, and with nothing wrong."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping

from learn.courses.frontmatter import UNSTORABLE

LONGEST_NAME = 60

MODULE_WORDS: Mapping[str, tuple[str, ...]] = {
    "id": ("Modul pertama", "Bagian pertama", "Tulis di sini apa yang perlu diketahui peserta."),
    "en": ("First module", "First section", "Write here what learners need to know."),
}
QUIZ_WORDS: Mapping[str, tuple[str, ...]] = {
    "id": (
        "Evaluasi akhir",
        "Tulis pertanyaan di sini.",
        "Jawaban yang benar",
        "Jawaban yang salah",
        "Tulis di sini mengapa jawaban itu benar.",
    ),
    "en": (
        "Final test",
        "Write the question here.",
        "The right answer",
        "A wrong answer",
        "Write here why that answer is right.",
    ),
}


def quoted(text: str) -> str:
    """Return a text as a YAML value, whatever it contains; what no file can hold becomes a space."""
    return json.dumps(" ".join(UNSTORABLE.sub(" ", text).split()), ensure_ascii=False)


def name_of(title: str) -> str:
    """Return a title as a name for a file or a course: small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST_NAME].strip("-")


def course_files(course: str, title: str, language: str) -> dict[str, bytes]:
    """Return the files of a new course: its description, one module and one quiz."""
    head = f"---\ntitle: {quoted(title)}\nlanguage: {language}\nhours: 1\nform: NKL03\n---\n\n"
    module = _words(MODULE_WORDS, language)[0]
    quiz = _words(QUIZ_WORDS, language)[0]
    return {
        f"courses/{course}/course.md": head.encode(),
        f"courses/{course}/01-{name_of(module)}.md": module_text(module, language).encode(),
        f"quizzes/{course}/{name_of(quiz)}.md": quiz_text(quiz, language, role="final").encode(),
    }


def module_text(title: str, language: str) -> str:
    """Return the text of a new module."""
    _title, heading, body = _words(MODULE_WORDS, language)
    return f"---\ntitle: {quoted(title)}\n---\n\n## {heading}\n\n{body}\n"


def quiz_text(title: str, language: str, *, role: str, module: str | None = None) -> str:
    """Return the text of a new quiz with one question."""
    _title, prompt, right, wrong, why = _words(QUIZ_WORDS, language)
    belongs = f"module: {module}\n" if module and role != "bank" else ""
    question = f"## soal-1\n{prompt}\n\n- (x) {right}\n- ( ) {wrong}\n\n> {why}\n"
    if language != "id":
        question = question.replace("soal-1", "question-1")
    return f"---\ntitle: {quoted(title)}\nrole: {role}\n{belongs}---\n\n{question}"


def translation_text(main: str, title: str) -> str:
    """Return the first text of a translation: what is said in each language, then the main text."""
    body = re.sub(r"\A---\n.*?\n---\n", "", main, count=1, flags=re.DOTALL)
    return f"---\ntitle: {quoted(title)}\n---\n{body}"


def _words(known: Mapping[str, tuple[str, ...]], language: str) -> tuple[str, ...]:
    return known.get(language, known["en"])
