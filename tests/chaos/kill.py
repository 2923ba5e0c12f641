# ruff: noqa: E402 - models may be imported only once their settings are chosen.
"""Kill processes of a running stack at random, under load, and count what was lost or doubled.

``python -m tests.chaos.kill --kills 40`` kills worker, beat, one web process and Valkey 10 times
each, in an order that the seed decides, and prints what it cost.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import django

os.environ.setdefault("COUNTERSIGN_TESTING", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from config.embedded.home import Home, home_database_url
from tests.chaos.load import load_running
from tests.chaos.page import OpenPage, page_open
from tests.chaos.reckoning import commits, contradictions, lost_or_doubled
from tests.chaos.signs import is_recovered, restarts_said, signs
from tests.chaos.victims import Victim, alive, kill
from tests.e2e.stack import stack_running

# What agents and open pages depend on; who sends messages is for ``tests.chaos.notices``.
IN_TURN = (Victim.WORKER, Victim.BEAT, Victim.WEB, Victim.VALKEY)
RECOVERED_WITHIN_S, SETTLED_WITHIN_S = 90.0, 60.0
WARM_UP_S, WARM_UP_EVENTS = 90.0, 10
# Kills hit a stack at work, at no particular moment of its beat.
LEAST_PAUSE_S, MOST_PAUSE_S = 0.5, 3.0


@dataclass(slots=True)
class Report:
    """What a run cost; all times in seconds."""

    kills: list[Victim] = field(default_factory=list)
    slowest_s: dict[Victim, float] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)
    calls: int = 0
    retries: int = 0
    restarts_said: int = 0
    events: int = 0
    slowest_news_s: float = 0.0
    longest_away_s: float = 0.0

    def lines(self) -> list[str]:
        """Return the report as a person reads it."""
        return [
            f"kills             {len(self.kills)}, said by the supervisor {self.restarts_said}",
            f"calls that write  {self.calls}, sent again {self.retries}",
            f"events            {self.events}, the slowest reached the page after"
            f" {self.slowest_news_s:.1f} s",
            f"page not live     at most {self.longest_away_s:.1f} s",
            *(
                f"{victim:<18}{self.kills.count(victim)} kills, at work again after at most"
                f" {self.slowest_s.get(victim, 0.0):.1f} s"
                for victim in IN_TURN
            ),
            f"differences       {len(self.differences)}",
            *(f"  {sentence}" for sentence in self.differences),
        ]


def victims(count: int, *, seed: int) -> list[Victim]:
    """Return ``count`` victims, each kind as often as the others, in random order."""
    turns = [IN_TURN[place % len(IN_TURN)] for place in range(count)]
    random.Random(seed).shuffle(turns)
    return turns


def run(folder: Path, *, kills: int, seed: int) -> Report:
    """Run a stack in ``folder`` under load, kill, let it settle, and reckon.

    Raises:
        TimeoutError: if the load does not begin, or does not end.
    """
    report, dice = Report(), random.Random(seed)
    with stack_running(folder) as stack:
        database, journal = home_database_url(stack.home), folder / "journal.jsonl"
        with (
            load_running(stack.url, stack.home.root / "demo.json", journal, seed=seed) as load,
            page_open(stack, "rita", load.fleet) as page,
        ):
            _warm_up(page)
            known = min(number for _, number in page.heard)
            for victim in victims(kills, seed=seed):
                page.wait(lambda: False, within_s=dice.uniform(LEAST_PAUSE_S, MOST_PAUSE_S))
                _kill(victim, stack.home, page, report, dice)
            load.end()
            events = commits(database, load.fleet)
            page.wait(
                lambda: page.has_heard(events[-1][1]) and not contradictions(database),
                within_s=SETTLED_WITHIN_S,
            )
            report.events = len(events)
            report.slowest_news_s = page.slowest_news_s(
                [each for each in events if each[1] > known]
            )
            report.longest_away_s = page.longest_away_s
        report.calls, report.retries = load.calls(), load.retries.count
        report.restarts_said = restarts_said(folder / "up.log")
        report.differences += contradictions(database) + lost_or_doubled(database, load)
    return report


def _warm_up(page: OpenPage) -> None:
    busy = page.wait(
        lambda: page.is_live() and len(page.heard) > WARM_UP_EVENTS, within_s=WARM_UP_S
    )
    if busy is None:
        raise TimeoutError(f"the load brought no events within {WARM_UP_S:.0f} s")


def _kill(victim: Victim, home: Home, page: OpenPage, report: Report, dice: random.Random) -> None:
    """Kill one process, let the page live on until it is at work again, and note how long it took."""
    killed = kill(victim, home, dice)
    since = signs(home)
    took_s = page.wait(
        lambda: killed not in alive(victim, home) and is_recovered(victim, home, since),
        within_s=RECOVERED_WITHIN_S,
    )
    report.kills.append(victim)
    if took_s is None:
        report.differences.append(f"{victim}, kill {len(report.kills)}: it stayed away")
        took_s = RECOVERED_WITHIN_S
    report.slowest_s[victim] = max(took_s, report.slowest_s.get(victim, 0.0))


def main() -> int:
    """Run as a program; the exit code says whether anything was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="countersign-kill-") as folder:
        report = run(Path(folder), kills=given.kills, seed=given.seed)
    print("\n".join(report.lines()))
    return 1 if report.differences else 0


if __name__ == "__main__":
    sys.exit(main())
