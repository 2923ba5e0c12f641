"""axe in an open page: what breaks its rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from axe_playwright_python.base import AXE_SCRIPT, AxeResults

if TYPE_CHECKING:
    from playwright.sync_api import Page

# What passes is not described node by node, which takes axe longer than to look.
VIOLATIONS = {"resultTypes": ["violations"]}
EVERY_RULE = {"rules": {"target-size": {"enabled": True}}, **VIOLATIONS}
CONTRAST = {"runOnly": ["color-contrast"], **VIOLATIONS}
RUN = "options => axe.run(options).then(({violations}) => ({violations}))"


def violations(page: Page, options: dict[str, Any]) -> str:
    """Return what axe has to say about the page, nothing where it finds nothing."""
    # It is half a megabyte: read once per document.
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = AxeResults(page.evaluate(RUN, options))
    return str(found.generate_report()) if found.violations_count else ""
