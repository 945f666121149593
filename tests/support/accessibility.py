"""What axe-core finds on a page: WCAG 2.2 A and AA, and its best practices."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = "options => axe.run(document, options).then(found => found.violations)"


def findings(page: Page, *rules: str) -> list[str]:
    """Return what is wrong on the page, in words; by all rules, or by these alone."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    only = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": TAGS}
    found = page.evaluate(RUN, {"runOnly": only, "resultTypes": ["violations"]})
    return [_said(kind, node) for kind in found for node in kind["nodes"]]


def _said(kind: dict[str, Any], node: dict[str, Any]) -> str:
    why = " ".join(node.get("failureSummary", "").split())
    return f"{kind['id']}: {node['html'][:160]} ({why[:200]})"
