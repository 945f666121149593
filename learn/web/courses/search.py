"""Finding courses by words: titles weigh most, then summaries, then the text of the modules."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from learn.courses.version import CourseVersion

WORD = re.compile(r"\w+")
WEIGHTS = {"title": 20, "summary": 8, "module": 6, "text": 1}
LANGUAGES = {"id": "indonesian", "en": "english"}


@lru_cache(maxsize=8)
def _stemmer(language: str) -> Any:
    import snowballstemmer  # noqa: PLC0415 (loads all its languages: only when somebody searches)

    return snowballstemmer.stemmer(LANGUAGES.get(language, "indonesian"))


@lru_cache(maxsize=50_000)
def _stem(word: str) -> frozenset[str]:
    return frozenset(_stemmer(language).stemWord(word) for language in LANGUAGES)


def stems(text: str) -> Counter[str]:
    """Return how often each stem stands in the text; "melayani" and "pelayanan" are one in Indonesian."""
    counted: Counter[str] = Counter()
    for word, times in Counter(WORD.findall(text.casefold())).items():
        for stem in _stem(word):
            counted[stem] += times
    return counted


_indexes: dict[str, Counter[str]] = {}


def _index(version: CourseVersion) -> Counter[str]:
    """Return the weight of each stem in a version; versions never change, so it is counted once."""
    if version.id not in _indexes:
        index: Counter[str] = Counter()
        for kind, text in _texts(version):
            for stem, times in stems(text).items():
                index[stem] += WEIGHTS[kind] * min(times, 10)
        if len(_indexes) > 2000:
            _indexes.clear()
        _indexes[version.id] = index
    return _indexes[version.id]


def _texts(version: CourseVersion) -> Iterable[tuple[str, str]]:
    for language in version.languages:
        yield "title", version.title(language)
        yield "summary", f"{version.summary(language)} {version.audience(language)}"
        for module in version.modules:
            yield "module", f"{module.title(language)} {module.summary(language)}"
            yield "text", module.text(language)


def find(versions: Iterable[CourseVersion], text: str) -> list[CourseVersion]:
    """Return the versions that hold every word of `text`, the best first; all when it has no word."""
    wanted = [_stem(word) for word in WORD.findall(text.casefold())[:20]]
    if not wanted:
        return sorted(versions, key=lambda version: version.title(version.language).casefold())
    scored = []
    for version in versions:
        index = _index(version)
        points = [
            max((index[stem] for stem in stems_of_word), default=0) for stems_of_word in wanted
        ]
        if all(points):
            scored.append((sum(points), version))
    scored.sort(key=lambda pair: -pair[0])
    return [version for _points, version in scored]
