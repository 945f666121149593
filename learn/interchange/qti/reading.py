"""QTI 2.1 to 3.0 in: single items and whole packages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from xml.etree.ElementTree import Element

from learn.errors import Message
from learn.interchange.model import BadFile, Draft, Imported, Intake
from learn.interchange.qti.bodies import Texts
from learn.interchange.qti.choices import read_choice
from learn.interchange.qti.declarations import declarations
from learn.interchange.qti.elements import below, parsed, unified, words
from learn.interchange.qti.feedback import read_feedback
from learn.interchange.qti.free import read_description, read_extended_text, read_upload
from learn.interchange.qti.gaps import read_gap_match, read_inline
from learn.interchange.qti.items import ItemSource, Unfit
from learn.interchange.qti.operators import NotUnderstood
from learn.interchange.qti.packages import Package, Reference, open_package
from learn.interchange.qti.pairing import read_associate, read_match, read_order
from learn.interchange.qti.pictures import read_graphic_gap_match, read_hotspot
from learn.interchange.qti.processing import MOST_OF_ALL, MOST_STEPS, Processing
from learn.interchange.qti.typed import read_text_entry, units_in

Read = Callable[[ItemSource, Element], None]
READERS: Mapping[str, Read] = {
    "choice-interaction": read_choice,
    "match-interaction": read_match,
    "associate-interaction": read_associate,
    "order-interaction": read_order,
    "gap-match-interaction": read_gap_match,
    "hotspot-interaction": read_hotspot,
    "graphic-gap-match-interaction": read_graphic_gap_match,
    "extended-text-interaction": read_extended_text,
    "upload-interaction": read_upload,
}
INLINE = ("text-entry-interaction", "inline-choice-interaction")
HARMLESS = ("end-attempt-interaction",)
_BLOCKS = frozenset({"p", "div", "item-body", "li", "td", "content-body", "section", "blockquote"})
_TEMPLATES = ("template-declaration", "template-processing")


def read_qti(content: bytes) -> Imported:
    """Return the questions of a QTI file: an item alone, or a package.

    Raises
    ------
    BadFile
        It is neither.
    """
    intake = Intake("qti")
    if content.startswith(b"PK"):
        package = open_package(content)
        for reference in package.references:
            _take(intake, package, reference)
        intake.title = package.title
        package.tell_the_rest()
        intake.media, intake.notes = package.media, package.notes
        return intake.finished()
    root = unified(parsed(content))
    if root.tag != "assessment-item":
        raise BadFile(_no_item(root.tag))
    package = Package.alone(content)
    _take(intake, package, package.references[0])
    intake.media, intake.notes = package.media, package.notes
    return intake.finished()


def _no_item(tag: str) -> Message:
    if tag in ("assessment-test", "manifest"):
        return Message("This is one file of a QTI package; give the whole package as a zip.")
    if tag == "questestinterop":
        return Message("This is QTI 1.2; write it as QTI 2.1 or 3.0, or as Moodle XML.")
    return Message("This is no QTI item: its first element is <%(tag)s>.", tag=tag[:60])


def _take(intake: Intake, package: Package, reference: Reference) -> None:
    """Read one item of a package; whatever is wrong with it refuses this item alone."""
    draft = Draft(reference.identifier or reference.path, ident=reference.shown)
    draft.notes = list(reference.notes)
    media: dict[str, bytes] = {}
    try:
        if reference.missing is not None:
            raise Unfit(reference.missing)
        item = package.item(reference)
        draft.name = item.get("title") or item.get("identifier") or draft.name
        draft.ident = reference.named(item.get("identifier", ""))
        draft.tags = list(reference.tags)
        texts = Texts(
            draft,
            package.finder(reference.path, media, draft),
            media,
            lambda name, content: package.put(name, content, media),
        )
        _read(item, package, reference, draft, texts)
        intake.keep(draft)
    except BadFile as error:
        intake.refuse(draft, error.message)
        return
    except NotUnderstood as error:
        rule = f"<{error.rule[:60]}>"
        intake.refuse(
            draft, Message("The scoring uses %(rule)s, which is not known here.", rule=rule)
        )
        return
    except RecursionError:
        intake.refuse(
            draft, Message("The XML holds too much, or is nested too deeply, to be a question.")
        )
        return
    package.keep(media)


def _read(
    item: Element, package: Package, reference: Reference, draft: Draft, texts: Texts
) -> None:
    body = item.find("item-body")
    if body is None:
        raise Unfit(Message("The item has no body."))
    if any(item.find(name) is not None for name in _TEMPLATES):
        raise Unfit(
            Message("The item is made by a template; only what is fixed can become a question.")
        )
    if item.get("adaptive", "").lower() == "true":
        raise Unfit(Message("The item is adaptive: it changes while it is answered."))
    found = _interactions(body)
    declared = declarations(item)
    processing = Processing.of(item, declared)
    processing.limit = min(MOST_STEPS, MOST_OF_ALL - package.steps)
    source = ItemSource(item, body, draft, texts, declared, processing, reference.weight)
    stimulus = package.stimulus(item, reference, draft)
    for each in reversed(stimulus):
        body.insert(0, each)
    try:
        _dispatch(source, found)
    finally:
        package.steps += processing.steps
    read_feedback(source)
    if not draft.prompt.strip():
        draft.prompt = texts.plain(draft.name)
        draft.changed(Message("The item has no text of its own; its name stands for it."))
    _note_the_rest(item, draft)


def _interactions(body: Element) -> list[Element]:
    return [
        each
        for each in body.iter()
        if each.tag == "position-object-stage"
        or (each.tag.endswith("-interaction") and each.tag not in HARMLESS)
    ]


def _dispatch(source: ItemSource, found: Sequence[Element]) -> None:
    strange = [each.tag for each in found if each.tag not in READERS and each.tag not in INLINE]
    if strange:
        raise Unfit(Message("Learn has no question such as <%(tag)s>.", tag=strange[0]))
    inline = [each for each in found if each.tag in INLINE]
    if not found:
        read_description(source)
    elif len(inline) == len(found):
        lone = (
            len(found) == 1 and found[0].tag == INLINE[0] and _stands_alone(source.body, found[0])
        )
        if lone:
            read_text_entry(source, found[0])
        else:
            read_inline(source, found)
    elif len(found) == 1:
        _unwrap_prompt(found[0])
        READERS[found[0].tag](source, _placed(source, found[0]))
    else:
        raise Unfit(
            Message("The item has several interactions (%(tags)s); divide it into one item for each.",
                    tags=", ".join(each.tag for each in found))
        )  # fmt: skip


def _placed(source: ItemSource, interaction: Element) -> Element:
    """Let nothing but the prompt of an interaction stand in the text, except where gaps are in it."""
    if interaction.tag != "gap-match-interaction":
        for each in interaction:
            if each.tag not in ("div", "img", "object", "picture"):
                source.texts.place(each, "")
    return interaction


def _unwrap_prompt(interaction: Element) -> None:
    """Let interaction and prompt be passages of their own in the text."""
    for prompt in interaction.findall("prompt"):
        prompt.tag = "div"


def _stands_alone(body: Element, interaction: Element) -> bool:
    """Whether a place to write in is all that its passage says."""
    parents = {id(child): parent for parent in body.iter() for child in parent}
    above = parents[id(interaction)]
    while above.tag not in _BLOCKS and id(above) in parents:
        above = parents[id(above)]
    units = " ".join(words(each) for each in units_in(above))
    return words(above) == units and next(above.iter("img"), None) is None


def _note_the_rest(item: Element, draft: Draft) -> None:
    """Note parts of an item that nothing here reads."""
    for name in ("stylesheet", "catalog-info", "companion-materials-info", "context-declaration"):
        for each in item.findall(name):
            draft.dropped(Message("<%(tag)s> %(source)s is left out.", tag=name,
                                  source=each.get("href") or each.get("identifier") or ""))  # fmt: skip
    if any(True for _each in below(item, "template-inline", "template-block")):
        draft.dropped(Message("Passages of a template are left out."))
    if item.get("time-dependent", "").lower() == "true":
        draft.dropped(Message("That time counts for the score is not kept."))
