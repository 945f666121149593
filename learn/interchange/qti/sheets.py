"""One question on its way to QTI: its item, put together piece by piece."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import quote
from xml.etree.ElementTree import Element

from learn.errors import Message
from learn.interchange.model import LANGUAGE, text_of
from learn.interchange.outgoing import Outgoing
from learn.interchange.qti.markup import append_text, clean, put_blocks, put_inline
from learn.interchange.qti.scoring import (
    FEEDBACK,
    GENERAL,
    OUTCOME,
    RESPONSE,
    SCORE,
    TEMPLATE,
    base,
    element,
    outcome,
    put,
    telling,
    variable,
)
from learn.interchange.rendering import html_line_of, html_of
from learn.quizzes.questions import plain_text

NAMESPACE = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
MEDIA = "../media/"


@dataclass
class Sheet(Outgoing):
    """A question that leaves as QTI.

    Parameters
    ----------
    media
        The quiz's files by name; `shown` names those that the item needs.
    rules
        The response processing; `template` stands for it where no feedback needs rules.
    said
        Feedback in Markdown by the identifier that `FEEDBACK` has when it is shown.
    feedback_rules
        What gives `FEEDBACK` its value; None: it is what was picked.
    """

    media: Mapping[str, bytes] = field(default_factory=dict)
    shown: dict[str, None] = field(default_factory=dict)
    responses: list[Element] = field(default_factory=list)
    body: Element = field(default_factory=lambda: element("item-body"))
    rules: list[Element] = field(default_factory=list)
    template: str = ""
    feedback_rules: list[Element] | None = None
    said: dict[str, str] = field(default_factory=dict)
    several: bool = False
    human: bool = False

    def address(self, name: str) -> str:
        """Return the address of a file from an item, and note that it is needed."""
        if name in self.media:
            self.shown[name] = None
        else:
            self.lose(Message("The file %(name)s is not beside the quiz.", name=name[:80]))
        return MEDIA + quote(name)

    def blocks(self, parent: Element, markdown: str) -> Element:
        """Put Markdown into an element that takes blocks."""
        put_blocks(parent, html_of(markdown, self.address) if markdown else "")
        return parent

    def line(self, parent: Element, markdown: str) -> Element:
        """Put Markdown into an element that takes text and blocks alike."""
        put_inline(parent, html_line_of(markdown, self.address))
        return parent

    def said_plainly(self, parent: Element, text: str) -> Element:
        """Put plain text into an element."""
        append_text(parent, text)
        return parent

    def plain(self, markdown: str) -> str:
        """Return what Markdown says, as plain text."""
        return clean(plain_text(html_line_of(markdown)))

    def item(self, identifier: str) -> Element:
        """Return the whole item."""
        made = element(
            "assessment-item", identifier=identifier, title=self.block.key, adaptive="false",
            time_dependent="false", tool_name="Learn",
        )  # fmt: skip
        made.set("xmlns", NAMESPACE)
        made.set("xml:lang", next(iter(self.block.prompt), LANGUAGE))
        made.extend(self.responses)
        made.extend(self._outcomes())
        made.append(self.body)
        if (processing := self._processing()) is not None:
            made.append(processing)
        made.extend(self._modals())
        return made

    @property
    def _told(self) -> dict[str, str]:
        return {name: text_of(texts) for name, texts in self.block.outcomes.items()}

    def _outcomes(self) -> Sequence[Element]:
        if not (self.responses and (self.rules or self.template or self.human or self._feedbacks)):
            return []
        more = {"external_scored": "human"} if self.human else {}
        found = [outcome(SCORE, "float", "0", normal_maximum="1", **more)]
        if self.said:
            cardinality = "multiple" if self.several else "single"
            found.append(outcome(FEEDBACK, "identifier", cardinality=cardinality))
        if self._told:
            found.append(outcome(OUTCOME, "identifier"))
        if self.feedback:
            found.append(outcome(GENERAL, "identifier"))
        return found

    @property
    def _feedbacks(self) -> bool:
        return bool(self.said or self._told or self.feedback)

    def _processing(self) -> Element | None:
        if not self.responses:
            return None
        if not self._feedbacks:
            if self.template:
                return element("response-processing", template=TEMPLATE.format(self.template))
            return element("response-processing", *self.rules) if self.rules else None
        general = [put(GENERAL, base("general", "identifier"))] if self.feedback else []
        rules = [*self.rules, *self._said_rules(), *telling(self._told), *general]
        return element("response-processing", *rules)

    def _said_rules(self) -> list[Element]:
        if not self.said:
            return []
        default = [put(FEEDBACK, variable(RESPONSE))]
        return default if self.feedback_rules is None else self.feedback_rules

    def _modals(self) -> list[Element]:
        if not self.responses:
            return []
        found = [(FEEDBACK, name, text) for name, text in self.said.items()]
        found += [(OUTCOME, name, text) for name, text in self._told.items()]
        found += [(GENERAL, "general", self.feedback)] if self.feedback else []
        return [
            element(
                "modal-feedback", self.blocks(element("content-body"), text),
                outcome_identifier=outcome_name, identifier=name, show_hide="show",
            )
            for outcome_name, name, text in found
        ]  # fmt: skip


class Write(Protocol):
    """Puts a question's own parts into its sheet; returns what of the heading it holds, None to refuse it."""

    def __call__(self, sheet: Sheet) -> frozenset[str] | None:
        """Fill the sheet."""
