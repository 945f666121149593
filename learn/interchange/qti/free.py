"""Answers that a person grades: a text of one's own, or a file."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from learn.errors import Message
from learn.interchange.qti.elements import number
from learn.interchange.qti.items import ItemSource
from learn.interchange.qti.typed import note_mask
from learn.quizzes.handed_in.files import KINDS

MOST_LINES = 60


def read_extended_text(source: ItemSource, interaction: Element) -> None:
    """Read an essay."""
    draft = source.draft
    draft.type = "essay"  # before the text, whose instructions for scoring it keeps
    draft.prompt = source.texts.block(source.body)
    lines = int(number(interaction, "expected-lines", 0))
    if lines > 0:
        draft.attributes["lines"] = str(min(MOST_LINES, lines))
    note_mask(source, interaction)
    response = source.response(interaction)
    if not response.single:
        draft.changed(Message("Several texts were asked for; here it is one."))
    if response.correct or response.valuation:
        draft.changed(
            Message(
                "A text of any length is graded by a person here; the declared answers are left out."
            )
        )
    source.give_points(source.declared_most())
    if source.understood():
        source.try_together({})


def read_upload(source: ItemSource, interaction: Element) -> None:
    """Read a question that asks for a file."""
    draft = source.draft
    draft.type = "upload"  # before the text, whose instructions for scoring it keeps
    draft.prompt = source.texts.block(source.body)
    wanted = interaction.get("type", "").replace(",", " ").split()
    kinds = [name for name, kind in KINDS.items() if kind.media_type in wanted]
    if kinds:
        draft.attributes["types"] = ",".join(kinds)
    strange = [each for each in wanted if each not in {kind.media_type for kind in KINDS.values()}]
    if strange:
        draft.dropped(
            Message(
                "Files of the type %(types)s cannot be handed in here.", types=", ".join(strange)
            )
        )
    source.give_points(source.declared_most())
    if source.understood():
        source.try_together({})


def read_description(source: ItemSource) -> None:
    """Read an item that asks nothing."""
    source.draft.type = "description"
    source.draft.prompt = source.texts.block(source.body)
