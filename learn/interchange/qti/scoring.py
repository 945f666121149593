"""Response processing of what goes out: how QTI comes to the score that Learn gives, and to the feedback."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from xml.etree.ElementTree import Element

RESPONSE, SCORE, FEEDBACK = "RESPONSE", "SCORE", "FEEDBACK"
OUTCOME, GENERAL = "OUTCOME", "GENERAL"
TEMPLATE = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/{}.xml"
ALL = "0.999999"


def element(name: str, *children: Element, text: str = "", **attributes: str) -> Element:
    """Return a QTI element; ``_`` in names of attributes stands for a hyphen."""
    made = Element(
        "qti-" + name, {key.replace("_", "-"): value for key, value in attributes.items()}
    )
    made.extend(children)
    made.text = text or None
    return made


def number_text(value: float) -> str:
    """Return a number as XML has it."""
    return f"{round(value, 10):.10f}".rstrip("0").rstrip(".") or "0"


def base(value: str, kind: str = "float") -> Element:
    """Return a value that is written in the rules."""
    return element("base-value", text=value, base_type=kind)


def variable(name: str = RESPONSE) -> Element:
    """Return the value of a variable."""
    return element("variable", identifier=name)


def declaration(
    name: str, cardinality: str, kind: str, correct: Sequence[str] = (),
    worths: Mapping[str, float] | None = None, *, exact: bool | None = None, bounded: bool = True,
) -> Element:  # fmt: skip
    """Return what is declared of a response.

    Parameters
    ----------
    worths
        What each value is worth.
    exact
        Whether the case of letters counts; None where there are none.
    bounded
        Whether several values together are worth 0 to 1.
    """
    made = element("response-declaration", identifier=name, cardinality=cardinality, base_type=kind)
    if correct:
        made.append(element("correct-response", *(element("value", text=each) for each in correct)))
    if worths:
        case = {} if exact is None else {"case_sensitive": "true" if exact else "false"}
        bounds = {"lower_bound": "0", "upper_bound": "1"} if bounded else {}
        mapping = element("mapping", default_value="0", **bounds)
        for key, worth in worths.items():
            mapping.append(
                element("map-entry", map_key=key, mapped_value=number_text(worth), **case)
            )
        made.append(mapping)
    return made


def outcome(
    name: str, kind: str, default: str = "", cardinality: str = "single", **more: str
) -> Element:
    """Return the declaration of an outcome."""
    made = element(
        "outcome-declaration", identifier=name, cardinality=cardinality, base_type=kind, **more
    )
    if default:
        made.append(element("default-value", element("value", text=default)))
    return made


def put(name: str, value: Element) -> Element:
    """Return the rule that gives an outcome its value."""
    return element("set-outcome-value", value, identifier=name)


def choose(*branches: tuple[Element | None, Sequence[Element]]) -> Element:
    """Return a condition: the rules of the first branch that holds; None holds always."""
    made = element("response-condition")
    for at, (test, rules) in enumerate(branches):
        if test is None:
            made.append(element("response-else", *rules))
        else:
            made.append(element("response-else-if" if at else "response-if", test, *rules))
    return made


def all_or_nothing(name: str = RESPONSE) -> list[Element]:
    """Return the rules that give 1 for the right response."""
    test = element("match", variable(name), element("correct", identifier=name))
    return [choose((test, [put(SCORE, base("1"))]))]


def mapped(*names: str) -> list[Element]:
    """Return the rules that add up what the responses are worth."""
    parts = [element("map-response", identifier=name) for name in names]
    return [put(SCORE, parts[0] if len(parts) == 1 else element("sum", *parts))]


def proportional(right: int) -> list[Element]:
    """Return the rules that give right ones picked, as a share of all that are right or picked."""
    hits = element("map-response", identifier=RESPONSE)
    all_ = element("sum", base(str(right)), element("container-size", variable()))
    more = element("map-response", identifier=RESPONSE)
    return [put(SCORE, element("divide", hits, element("subtract", all_, more)))]


def added(worth: float) -> Element:
    """Return the rule that adds to the score."""
    return put(SCORE, element("sum", variable(SCORE), base(number_text(worth))))


def positions(order: Sequence[str]) -> list[Element]:
    """Return the rules that give the share of steps in their own place."""
    return [
        choose((element("match", _at(place), base(name, "identifier")), [added(1 / len(order))]))
        for place, name in enumerate(order, 1)
    ]


def neighbours(order: Sequence[str]) -> list[Element]:
    """Return the rules that give the share of neighbours kept together."""
    rules = []
    for one, other in pairwise(order):
        places = [
            element(
                "and",
                element("match", _at(place), base(one, "identifier")),
                element("match", _at(place + 1), base(other, "identifier")),
            )
            for place in range(1, len(order))
        ]
        rules.append(choose((element("or", *places), [added(1 / (len(order) - 1))])))
    return rules


def _at(place: int) -> Element:
    return element("index", variable(), n=str(place))


def within(name: str, low: str, high: str) -> Element:
    """Return whether a number lies in a range."""
    if low == high:
        return element("equal", variable(name), base(low), tolerance_mode="exact")
    return element(
        "and",
        element("gte", variable(name), base(low)),
        element("lte", variable(name), base(high)),
    )


def telling(names: Iterable[str]) -> list[Element]:
    """Return the rules that say the outcome in words, for the feedback of those in `names`."""
    wanted = set(names)
    if not wanted:
        return []
    tests: list[tuple[str, Element | None]] = [
        ("right", element("gte", variable(SCORE), base(ALL))),
        ("partly", element("gt", variable(SCORE), base("0"))),
        ("wrong", None),
    ]
    return [choose(*((test, [put(OUTCOME, base(name, "identifier"))]) for name, test in tests))]
