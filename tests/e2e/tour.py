# ruff: noqa: E402 - the URLs may be read only once the settings are chosen.
"""Photograph every page of a running demo, in two themes and two widths, and say what is wrong.

``python -m tests.e2e.tour --out DIR`` starts the demo with its live fleet, signs in as each role
and visits every page of the console that the role may open: those without ids by their names,
the others by following links. Each must answer 200, must not report an error in the browser's
console, and must be no wider than its window. DIR gets the pictures and an ``index.html``.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import django
from playwright.sync_api import TimeoutError as LateError
from playwright.sync_api import sync_playwright

os.environ.setdefault("COUNTERSIGN_TESTING", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.urls import reverse

from tests.browser import chromium_path
from tests.e2e.desk import sign_in
from tests.e2e.drafting import backtest_done, backtest_run, drafted
from tests.e2e.tour_album import album_write
from tests.e2e.tour_demo import Demo, demo_running
from tests.e2e.tour_places import Place, places_find

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

THEMES = ("light", "dark")
WIDTHS = (1440, 360)
HEIGHT = 900
# Where each role is shown first; what it may not open is no page of its.
ROLES = ("rita", "mona", "adam")
CHARTS_S = 10
# What happens in the demo's first minutes, rings and cascades among it.
LIVE_MIN = 6.0
LOOK_AGAIN_S = 20.0
# Pictures of the README: its file's name, the page by its name in the URLs, and what narrows it.
README = {
    "overview": ("fleet-overview", ""),
    "trends": ("agent-trends", "?range=30d"),
    "ticket": ("ticket", ""),
    "queue": ("fleet-queue", ""),
    "ring": ("ring", ""),
    "matrix": ("fleet-matrix", ""),
    "backtest": ("backtest", ""),
    "integrity": ("fleet-integrity", ""),
}
# What an admin tries on the demo's record: a field of the policy, and another value.
TRIED = ("Freeze, first", "15")
README_HEIGHT, README_MOST_BYTES = 800, 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A picture of a page, and what was wrong with the page when it was taken."""

    role: str
    place: Place
    width: int
    theme: str
    file: str
    troubles: tuple[str, ...]


@dataclass(slots=True)
class Camera:
    """A signed-in person's browser that takes pictures into a folder."""

    role: str
    page: Page
    out: Path
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.said.append(f"script failed: {error}"))
        self.page.on("console", lambda line: self.said.extend(console_errors(line)))

    def shoot(self, place: Place) -> list[Shot]:
        """Take the pictures of a page, one for each width and theme."""
        return [shot for width in WIDTHS for shot in self._at(place, width)]

    def _at(self, place: Place, width: int) -> list[Shot]:
        self.said.clear()
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        answer = self.page.goto(place.path)
        if answer is None or answer.status != 200:
            self.said.append(f"answered {answer.status if answer else 'nothing'}")
        late = settled(self.page)
        # A no-break space of our own that is taken for one an agent hid.
        if "U+00A0" in self.page.locator("body").inner_text():
            self.said.append("names a no-break space")
        shots = []
        for theme in THEMES:
            self.page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
            # Charts are drawn again in the colours of the theme.
            self.page.wait_for_timeout(200)
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            over = [f"{wide} px wide in a window of {width}"] if wide > width else []
            name = f"{self.role}-{place.name}-{width}-{theme}.jpg"
            self.page.screenshot(path=self.out / name, type="jpeg", quality=72, full_page=True)
            shots.append(
                Shot(
                    role=self.role,
                    place=place,
                    width=width,
                    theme=theme,
                    file=name,
                    troubles=(*self.said, *over, *([late] if late else [])),
                )
            )
        return shots

    def readme(self, place: Place, file: str) -> Shot:
        """Take the README's picture of a page: light, wide, what is seen without scrolling."""
        self.said.clear()
        self.page.set_viewport_size({"width": WIDTHS[0], "height": README_HEIGHT})
        self.page.goto(place.path)
        late = settled(self.page)
        path = self.out / f"{file}.png"
        self.page.screenshot(path=path)
        size = path.stat().st_size
        over = [f"{size:,} bytes"] if size > README_MOST_BYTES else []
        return Shot(
            role=self.role,
            place=place,
            width=WIDTHS[0],
            theme="light",
            file=path.name,
            troubles=(*self.said, *over, *([late] if late else [])),
        )


def console_errors(line: ConsoleMessage) -> list[str]:
    """Return what the browser's console says, if that is an error."""
    return [f"console: {line.text}"] if line.type == "error" else []


def settled(page: Page) -> str:
    """Wait until the page's charts are drawn and its light has found the connection.

    Returns:
        What is wrong where they are not in time, empty where they are.
    """
    page.wait_for_load_state("load")
    drawn = "!document.querySelector('[data-chart-loading]')"
    light = "!/Loaded|Connecting/.test(document.querySelector('[data-live-text]')?.textContent)"
    try:
        # A function: the page's policy forbids to evaluate a text.
        page.wait_for_function(f"() => {drawn} && {light}", timeout=CHARTS_S * 1000)
    except LateError:
        return f"not drawn or not connected within {CHARTS_S} s"
    return ""


def main(words: Sequence[str] | None = None) -> int:
    """Take the tour; return 1 where anything was wrong."""
    parser = argparse.ArgumentParser(description="Photograph every page of a running demo.")
    parser.add_argument("--out", type=Path, required=True, help="folder of the pictures")
    parser.add_argument("--readme", action="store_true", help="the README's pictures alone")
    parser.add_argument(
        "--minutes",
        type=float,
        default=LIVE_MIN,
        help="how long to wait at most until the demo has something for every page to show",
    )
    given = parser.parse_args(words)
    given.out.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        demo_running(Path(folder)) as demo,
        sync_playwright() as playwright,
    ):
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=sandbox)
        try:
            take = readme_take if given.readme else tour_take
            # The record has to hold something first.
            places_wait(browser, demo, wait_s=60 * given.minutes)
            backtest_make(browser, demo)
            shots = take(browser, demo, given.out)
        finally:
            browser.close()
    wrong = [f"{shot.file}: {trouble}" for shot in shots for trouble in shot.troubles]
    print("\n".join([*wrong, f"{len(shots)} pictures, {len(wrong)} troubles"]))
    return 1 if wrong else 0


def places_wait(browser: Browser, demo: Demo, *, wait_s: float) -> None:
    """Wait until there is something for each page to show, `wait_s` seconds at most."""
    context = _signed_in(browser, demo, ROLES[0])
    deadline = time.monotonic() + wait_s
    while set(places_find(context, demo.fleet)[1]) - {"backtest"} and time.monotonic() < deadline:
        time.sleep(LOOK_AGAIN_S)
    context.close()


def backtest_make(browser: Browser, demo: Demo) -> None:
    """Let an admin draft a change and try it on what the demo did so far."""
    context = _signed_in(browser, demo, "adam")
    page = context.new_page()
    drafted(page, demo.fleet, *TRIED)
    page.goto(reverse("fleet-backtests", kwargs={"fleet": demo.fleet}))
    backtest_run(page)
    backtest_done(page, TRIED[0])
    context.close()


def tour_take(browser: Browser, demo: Demo, out: Path) -> list[Shot]:
    """Visit every page as each role; write the album."""
    shots: list[Shot] = []
    missing: dict[str, list[str]] = {}
    for role in ROLES:
        context = _signed_in(browser, demo, role)
        found, missing[role] = places_find(context, demo.fleet)
        camera = Camera(role, context.new_page(), out)
        for place in found:
            shots += camera.shoot(place)
        context.close()
    album_write(out / "index.html", shots, missing)
    return shots


def readme_take(browser: Browser, demo: Demo, out: Path) -> list[Shot]:
    """Take the README's pictures as the manager sees the pages."""
    context = _signed_in(browser, demo, "mona")
    paths = {place.name: place.path for place in places_find(context, demo.fleet)[0]}
    camera = Camera("mona", context.new_page(), out)
    shots = [
        camera.readme(Place(name=name, path=paths[name] + narrowed), file)
        for file, (name, narrowed) in README.items()
        if name in paths
    ]
    context.close()
    return shots


def _signed_in(browser: Browser, demo: Demo, role: str) -> BrowserContext:
    context = browser.new_context(base_url=demo.url, reduced_motion="reduce", color_scheme="light")
    page = context.new_page()
    sign_in(page, role, demo.passwords[role])
    page.close()
    return context


if __name__ == "__main__":
    sys.exit(main())
