"""The round-up: one read that four others build on, asked for in one go; the first one spreads.

The first read happens while the scout's reader is broken. Whoever uses its pages fails, and what
would build on those drafts has been asked for already.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from config.simulation.cast import LEAD, SCOUT, WRITER
from config.simulation.plots.dice import dice_for, requester, usual_cost
from config.simulation.plots.research import MENDED_AT_LEVEL, SITES, SUBJECTS
from config.simulation.runs import Illness, Plot, Run, Stage

READ = 1
GARBLED = Illness(error_code="pages_garbled", until_level=MENDED_AT_LEVEL)
SPOILED = Illness(error_code="input_garbled", input=READ)


def roundup(seed: int, step: int) -> Run:
    """Plan a round-up, read, let four build on the pages, then file and send what they made."""
    dice = dice_for(seed, "roundup", step)
    subject, site = dice.choice(SUBJECTS), dice.choice(SITES)
    about = {"subject": subject}
    return Run(
        requested_by=requester(dice),
        lasts=True,
        ahead=True,
        patience_s=1800.0,
        stages=(
            _plan(dice, f"Round-up on {subject}", about, parent=None),
            _read(dice, subject, site, illness=None if step else GARBLED),
            _write(dice, f"Write the round-up on {subject}", about, parent=READ, illness=SPOILED),
            _plan(dice, f"Check figures on {subject}", about, parent=READ, illness=SPOILED),
            _plan(dice, f"Compare sources on {subject}", about, parent=READ, illness=SPOILED),
            _write(dice, f"Write the summary on {subject}", about, parent=READ, illness=SPOILED),
            _write(dice, f"File the round-up on {subject}", about, parent=2),
            _plan(dice, f"Plan the next step from the figures on {subject}", about, parent=3),
            _write(dice, f"Send the summary on {subject} to the shop", about, parent=5),
        ),
    )


def _read(dice: Random, subject: str, site: str, *, illness: Illness | None) -> Stage:
    return Stage(
        agent=SCOUT,
        key="sandbox",
        tool="web.read",
        operation="read",
        title=f"Read {site} on {subject} for the round-up",
        target=site,
        arguments={"site": site, "query": subject},
        budget_usd="0.02",
        source="U",
        work_s=dice.uniform(0.3, 0.5),
        cost=usual_cost(dice),
        parent=0,
        illness=illness,
    )


def _write(
    dice: Random,
    title: str,
    about: Mapping[str, Any],
    *,
    parent: int,
    illness: Illness | None = None,
) -> Stage:
    return Stage(
        agent=WRITER,
        key="sandbox",
        tool="brief.write",
        operation="write",
        title=title,
        target=title,
        arguments={**about, "words": 200},
        budget_usd="0.03",
        source="I",
        work_s=dice.uniform(0.3, 0.5),
        cost=usual_cost(dice),
        parent=parent,
        illness=illness,
    )


def _plan(
    dice: Random,
    title: str,
    about: Mapping[str, Any],
    *,
    parent: int | None,
    illness: Illness | None = None,
) -> Stage:
    return Stage(
        agent=LEAD,
        key="sandbox",
        tool="brief.plan",
        operation="plan",
        title=title,
        target=title,
        arguments={**about, "steps": 3},
        budget_usd="0.06",
        source="I",
        work_s=dice.uniform(0.3, 0.5),
        cost=usual_cost(dice),
        parent=parent,
        illness=illness,
    )


# The scout breaks with the watch's 6th page, 42 s into the story.
ROUNDUP = (Plot(lane="roundup", run=roundup, first_s=46, every_s=600),)
