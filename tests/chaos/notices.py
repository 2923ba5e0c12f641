# ruff: noqa: E402 - models may be imported only once their settings are chosen.
"""Kill who sends messages, break the broker and the receivers, and count what nobody was told.

``python -m tests.chaos.notices --kills 20`` runs a stack with webhooks to a receiver of its own
process, lets tickets open, escalate and end, kills the courier 20 times at random, stops the
broker for 10 s, lets the receiver fail, hang, redirect and drip, and prints what became of it.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import django

os.environ.setdefault("COUNTERSIGN_TESTING", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from escalations.services.notice_claiming import CLAIMED_FOR as MAIL_LEASE
from governance.services.webhook_sending import CLAIMED_FOR as HOOK_LEASE
from tests.chaos.asking import asking
from tests.chaos.channels import (
    OWN,
    PATHS,
    RECEIVERS,
    SHARED,
    channels_made,
    no_floods,
    steps_due,
    waiting,
)
from tests.chaos.notice_reckoning import Tally, by_channel, faults, table
from tests.chaos.receiving import Receiving, receiving
from tests.chaos.victims import Victim, alive, kill
from tests.chaos.weather import Weather
from tests.e2e.outage import held
from tests.e2e.stack import Stack, stack_running, until

# Beyond the outages, of which a killed courier is one until its lease has ended: an endpoint that
# failed five times in a row rests for 60 s.
LATE_AFTER_S = 90.0
BACK_WITHIN_S, SETTLED_WITHIN_S = 120.0, 400.0
BROKER_AWAY_S = 10.0
MOST_PAUSE_S = 2.0
LEAST_ASKED = 15


@dataclass(slots=True)
class Report:
    """What a run cost."""

    kills: int = 0
    asked: int = 0
    tallies: dict[str, Tally] = field(default_factory=dict)
    outages: dict[str, int] = field(default_factory=dict)

    @property
    def differences(self) -> list[str]:
        """Return a sentence for everything lost, doubled or told without being due."""
        return faults(self.tallies)

    def lines(self) -> list[str]:
        """Return the report as a person reads it."""
        away = ", ".join(f"{name} {count}" for name, count in sorted(self.outages.items()))
        return [
            f"courier killed    {self.kills} times",
            f"questions asked   {self.asked}",
            f"outages           {away}",
            *table(self.tallies, late_after_s=LATE_AFTER_S),
        ]


def run(folder: Path, *, kills: int, seed: int, broker_away_s: float = BROKER_AWAY_S) -> Report:
    """Run a stack in ``folder``, break what sends and what receives, let it settle, and reckon.

    Raises:
        TimeoutError: if the courier does not come back, or nothing is asked.
    """
    report, dice = Report(), random.Random(seed)
    with receiving(folder) as receiver, stack_running(folder, receiver.environ) as stack:
        channels_made(stack, receiver)
        weather = Weather(receiver.manners, RECEIVERS, seed=seed)
        with no_floods(stack):
            _work(stack, receiver, weather, report, dice, kills=kills, broker_away_s=broker_away_s)
        due, got = steps_due(stack), receiver.got()
        report.tallies = by_channel(due, got, weather.outages, late_after_s=LATE_AFTER_S)
        report.outages = weather.counted
    return report


def _work(
    stack: Stack,
    receiver: Receiving,
    weather: Weather,
    report: Report,
    dice: random.Random,
    *,
    kills: int,
    broker_away_s: float,
) -> None:
    """Break what sends and what receives while questions are asked; then let all be told."""
    half = kills // 2
    with asking(stack, seed=dice.randrange(1000)) as asked, weather.changing():
        _kill_couriers(stack, receiver, weather, half, dice)
        with weather.away(""), held(stack, Victim.VALKEY):
            time.sleep(broker_away_s)
        _kill_couriers(stack, receiver, weather, kills - half, dice)
        until(lambda: asked.count >= LEAST_ASKED, within_s=BACK_WITHIN_S)
        report.kills, report.asked = kills, asked.end()
    _settle(stack)
    asked.withdraw_all()
    _settle(stack)


def _settle(stack: Stack) -> None:
    """Wait until nobody is left to be told; what never comes is for the reckoning to say."""
    try:
        until(lambda: not waiting(stack), within_s=SETTLED_WITHIN_S)
    except TimeoutError:
        print(f"still waiting after {SETTLED_WITHIN_S:.0f} s", file=sys.stderr)


def _kill_couriers(
    stack: Stack, receiver: Receiving, weather: Weather, count: int, dice: random.Random
) -> None:
    """Kill the courier each time it is seen at work, a random moment later."""
    for _ in range(count):
        arrived = receiver.arrived()
        until(partial(_has_grown, receiver, arrived), within_s=BACK_WITHIN_S)
        time.sleep(dice.uniform(0.0, MOST_PAUSE_S))
        began = time.time()
        killed = kill(Victim.COURIER, stack.home, dice)
        until(partial(_is_another, stack, killed), within_s=BACK_WITHIN_S)
        back = time.time()
        for channels, lease in ((PATHS, HOOK_LEASE), ((*OWN, *SHARED), MAIL_LEASE)):
            weather.was_away(channels, began, back + lease.total_seconds())


def _has_grown(receiver: Receiving, before: int) -> bool:
    return receiver.arrived() > before


def _is_another(stack: Stack, killed: int) -> bool:
    return any(each != killed for each in alive(Victim.COURIER, stack.home))


def main() -> int:
    """Run as a program; the exit code says whether anything was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="countersign-notices-") as folder:
        report = run(Path(folder), kills=given.kills, seed=given.seed)
    print("\n".join(report.lines()))
    return 1 if report.differences else 0


if __name__ == "__main__":
    sys.exit(main())
