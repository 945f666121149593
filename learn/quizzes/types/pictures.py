"""Pointing at places on a picture, and putting labels to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from learn.errors import Message
from learn.quizzes.questions import Answer, Flaw, Grade, ParseContext, Question, QuestionType
from learn.quizzes.source.reading import Block, Grammar, Item
from learn.quizzes.types.choice import Choice, Multiple, Single
from learn.quizzes.types.matching import Matching
from learn.quizzes.values.areas import (
    SHAPES,
    BadArea,
    Picture,
    area_flaw,
    area_of,
    area_view,
    picture_of,
    without_picture,
)

OUTLINES = ("shown", "hidden")


class OnPicture(QuestionType):
    """What both have in common: the last picture of the prompt, and an area for each place.

    `side` says what the keys of places are made with, so that areas find them.
    """

    side = ""

    def prompt(self, block: Block, context: ParseContext) -> dict[str, str]:
        """Return what is asked without its picture, which is shown with the areas."""
        asked = {
            language: without_picture(html)[0]
            for language, html in super().prompt(block, context).items()
        }
        for language, html in asked.items():
            if not html:
                message = Message(
                    "The question %(key)s needs a text besides its picture.", key=block.key
                )
                context.problems.add(
                    block.prompt[language].path, block.prompt[language].line, message
                )
        return asked

    def picture_data(self, block: Block, context: ParseContext) -> dict[str, Any]:
        """Return the picture and the areas of a block; what cannot be read is refused."""
        tags = {
            language: tag
            for language, html in context.html(block.prompt).items()
            if (tag := without_picture(html)[1])
        }
        picture = picture_of(tags) if context.main_language in tags else None
        if isinstance(picture, Message):
            context.refuse(block.prompt[context.main_language], picture)
        if not isinstance(picture, Picture):
            return {"image": None, "areas": []}
        outlines = block.attributes.get("outlines", "shown")
        areas = list(self.areas(block, context, picture))
        return {"image": picture.to_json(), "areas": areas, "outlines": outlines}

    def areas(
        self, block: Block, context: ParseContext, picture: Picture
    ) -> Iterator[dict[str, Any]]:
        """Yield the area of each item that is a place."""
        for place, item in enumerate(block.items):
            if not item.text:
                self.refuse_area(item, context)
                continue
            try:
                area = area_of(item.attributes, picture)
            except BadArea as error:
                context.refuse(item.text[context.main_language], error.message)
                continue
            yield {"key": context.key(self.side, item.text), "item": place, **area}

    def refuse_area(self, item: Item, context: ParseContext) -> None:
        """Refuse an area behind a label that belongs nowhere."""
        if item.attributes.keys() & SHAPES.keys():
            passage = item.other[context.main_language]
            context.refuse(passage, Message("A label that belongs nowhere has no area."))

    def picture_flaws(self, data: Mapping[str, Any]) -> list[Flaw]:
        """Return what is wrong with picture and areas."""
        if data.get("image") is None:
            example = "![Denah lobi](denah.png)"
            return [
                Flaw(
                    Message(
                        "The text of this question needs a picture, such as %(known)s.",
                        known=example,
                    )
                )
            ]
        picture = Picture.from_json(data["image"])
        found = ((area_flaw(area, picture), area["item"]) for area in data["areas"])
        return [Flaw(message, place) for message, place in found if message is not None]

    def picture_view(
        self, question: Question, language: str | None, keys: Sequence[str]
    ) -> dict[str, Any]:
        """Return picture and areas, these in the order of `keys`."""
        by_key = {area["key"]: area for area in question.data["areas"]}
        return {
            "image": Picture.from_json(question.data["image"]).view(language),
            "areas": [area_view(by_key[key]) for key in keys],
            "outlines": question.data.get("outlines", "shown"),
        }


class Hotspot(OnPicture):
    """Choose the right place, or the right places, on a picture; graded as a choice of their names."""

    key, template, items = "hotspot", "learn/quizzes/types/hotspot.html", "radio box"
    side = "option"
    one, many = Single(), Multiple()
    attributes = {**one.attributes, **many.attributes, "outlines": OUTLINES}
    item_attributes = (*many.item_attributes, *SHAPES)

    def choice(self, data: Mapping[str, Any]) -> Choice:
        """Return the type that grades it."""
        return self.many if data["multiple"] else self.one

    def parse(self, block: Block, context: ParseContext) -> dict[str, Any]:
        """Return options as a choice has them, the picture, and an area for each option."""
        multiple = bool(block.items) and block.items[0].kind == "box"
        for item in block.items:
            if (item.kind == "box") != multiple:
                message = Message("Write either ( ) for one right place or [ ] for several.")
                context.refuse(item.text[context.main_language], message)
        parsed = self.choice({"multiple": multiple}).parse(block, context)
        return {**parsed, "multiple": multiple, **self.picture_data(block, context)}

    def check(self, data: Mapping[str, Any]) -> list[Flaw]:
        """Return what is wrong with the choice, the picture or an area."""
        return [*self.choice(data).check(data), *self.picture_flaws(data)]

    def read(self, question: Question, fields: Mapping[str, Sequence[str]], name: str) -> Answer:
        """Return the keys that were ticked."""
        return self.choice(question.data).read(question, fields, name)

    def read_json(self, question: Question, value: Any) -> Answer:
        """Return the keys of the chosen places."""
        return self.choice(question.data).read_json(question, value)

    def view(self, question: Question, language: str | None, seed: int) -> dict[str, Any]:
        """Return names, picture and areas, in one order; never which is right."""
        shown = self.choice(question.data).view(question, language, seed)
        keys = [option["key"] for option in shown["options"]]
        multiple = bool(question.data["multiple"])
        return {**shown, "multiple": multiple, **self.picture_view(question, language, keys)}

    def grade(self, question: Question, answer: Answer) -> Grade:
        """Return what the choice is worth."""
        return self.choice(question.data).grade(question, answer)

    def right_answer(self, question: Question) -> Answer:
        """Return the keys of the right places."""
        return self.choice(question.data).right_answer(question)

    def option_feedback(
        self, question: Question, answer: Answer, language: str | None
    ) -> dict[str, str]:
        """Return the feedback of the places that were chosen."""
        return self.choice(question.data).option_feedback(question, answer, language)

    def parts(
        self, question: Question, answer: Answer, language: str | None = None
    ) -> dict[str, str]:
        """Return the names of the chosen places."""
        return self.choice(question.data).parts(question, answer, language)

    def responses(
        self, question: Question, language: str | None = None
    ) -> Mapping[str, Sequence[str]]:
        """Return the names of all places."""
        return self.choice(question.data).responses(question, language)

    def guess(self, question: Question) -> float:
        """Return what a choice at random can expect."""
        return self.choice(question.data).guess(question)


class Labels(OnPicture, Matching):
    """Put a label to each place on a picture; graded as matching of places and labels."""

    key, template, items = "labels", "learn/quizzes/types/labels.html", "pair"
    side = "left"
    grammar = Grammar(item_attributes=frozenset(SHAPES))
    item_attributes = tuple(SHAPES)
    attributes = {**Matching.attributes, "outlines": OUTLINES}
    lone_rights = True

    def claims(self, block: Block) -> bool:
        """Whether it is of this type without saying so: never, the pairs are those of matching."""
        return False

    def parse(self, block: Block, context: ParseContext) -> dict[str, Any]:
        """Return the pairs of places and labels, the picture, and an area for each place."""
        return {**super().parse(block, context), **self.picture_data(block, context)}

    def check(self, data: Mapping[str, Any]) -> list[Flaw]:
        """Return what is wrong with the pairs, the picture or an area."""
        return [*super().check(data), *self.picture_flaws(data)]

    def view(self, question: Question, language: str | None, seed: int) -> dict[str, Any]:
        """Return places, labels, picture and areas, these in the order of the places."""
        shown = super().view(question, language, seed)
        keys = [place["key"] for place in shown["left"]]
        return {**shown, **self.picture_view(question, language, keys)}
