"""The last step of rendering: only the elements and attributes named here reach a page."""

from __future__ import annotations

import re
from collections.abc import Callable

import nh3

from learn.courses.links import SCHEMES
from learn.courses.maths import MATHML_TAGS
from learn.courses.version import PLACE

TAGS = (
    frozenset(
        "a abbr address audio b bdi bdo blockquote br caption cite code col colgroup dd del details "
        "dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd label li mark ol p pre "
        "q rp rt ruby s samp section small source span strong sub summary sup table tbody td tfoot th "
        "thead time tr track u ul var video wbr".split()
    )
    | MATHML_TAGS
)
DROPPED_WHOLE = frozenset(
    "script style template iframe object embed applet noscript svg frame frameset "
    "select textarea title xmp noembed noframes plaintext".split()
)
_MATHS = frozenset(
    "display alttext mathvariant stretchy fence form separator lspace rspace linethickness columnalign "
    "rowspacing columnspacing columnlines rowlines minsize maxsize accent accentunder width height "
    "depth notation displaystyle scriptlevel open close symmetric movablelimits".split()
)
ATTRIBUTES: dict[str, set[str]] = {
    "*": {"class", "id", "title", "lang", "dir", "role", "aria-label", "aria-hidden"},
    "a": {"href"},
    "audio": {"src", "controls", "preload"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "details": {"open"},
    "div": {"tabindex"},
    "img": {"src", "alt", "width", "height", "loading", "decoding"},
    "label": {"for"},
    "li": {"value"},
    "ol": {"start", "type", "reversed"},
    "source": {"src", "type"},
    "td": {"align", "colspan", "rowspan", "headers"},
    "th": {"align", "colspan", "rowspan", "headers", "scope"},
    "time": {"datetime"},
    "track": {"src", "kind", "srclang", "label", "default"},
    "video": {"src", "controls", "preload", "width", "height"},
    **{tag: set(_MATHS) for tag in MATHML_TAGS},
}

NOTES = frozenset(
    "note tip warning danger info question example abstract quote success failure bug important "
    "caution hint attention error summary todo check".split()
)
_CLASSES = NOTES | frozenset(
    "admonition admonition-title footnote footnote-ref footnote-backref highlight filename linenos "
    "linenodiv highlighttable task-list task-list-item tabbed-set tabbed-alternate tabbed-labels "
    "tabbed-content tabbed-block maths keys media size decorative wide center external table-scroll "
    "inline end".split()
)
_CLASS = re.compile(r"^(?:language|key|block)-[\w-]+$|^[a-z][a-z0-9]{0,2}$")  # the short: Pygments
_OWN_ID = re.compile(r"^(?:learn-|csrf_token$|main$|content$|__proto__$)")
_OWN_ADDRESS = re.compile(rf"^{re.escape(PLACE)}(?!/)(?!.*(?:\.\.|\\|//))")
_IMG = re.compile(r'<img(?:\s+[\w-]+(?:="[^"]*")?)*\s*>')
_ROLE = re.compile(r"^(?:doc-[a-z]+|note|img|group|region|list|listitem)$")

Resolve = Callable[[str], str | None]


def sanitise(html: str, resolve: Resolve) -> str:
    """Return what is harmless of `html`.

    Parameters
    ----------
    resolve
        Turns an address that an author wrote in raw HTML into one that may stand in a page, or None.
    """
    cleaner = nh3.Cleaner(
        tags=set(TAGS),
        clean_content_tags=set(DROPPED_WHOLE),
        attributes=ATTRIBUTES,
        attribute_filter=lambda tag, name, value: _attribute(tag, name, value, resolve),
        link_rel="noopener",
        url_schemes=set(SCHEMES),
        set_tag_attribute_values={"pre": {"tabindex": "0"}},
    )
    return _IMG.sub(lambda found: _picture(found[0]), cleaner.clean(html))


def _picture(tag: str) -> str:
    """Return the picture's tag; nothing when it lost its file, and silent when nobody described it."""
    if ' src="' not in tag:
        return ""
    return tag if " alt=" in tag else tag.replace("<img", '<img alt=""', 1)


def _attribute(tag: str, name: str, value: str, resolve: Resolve) -> str | None:
    if name == "class":
        return " ".join(_known(value)) or None
    if name == "id":
        return None if _OWN_ID.match(value) else value
    if name == "src":  # what a page loads by itself is one of its own files
        address = value if _OWN_ADDRESS.match(value) else resolve(value)
        return address if address and address.startswith(f"{PLACE}media/") else None
    if name in {"href", "cite"}:
        return value if value.startswith("#") or _OWN_ADDRESS.match(value) else resolve(value)
    if name == "role":
        return value if _ROLE.match(value) else None
    if name == "tabindex":
        return value if value == "0" else None
    return value


def _known(classes: str) -> list[str]:
    return [name for name in classes.split() if name in _CLASSES or _CLASS.match(name)]
