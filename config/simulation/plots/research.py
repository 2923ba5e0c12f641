"""Research: a coordinator with two helpers, and the scout whose failures spoil others' work."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from config.simulation.cast import LEAD, SCOUT, WRITER
from config.simulation.plots.dice import dice_for, mishap, requester, usual_cost
from config.simulation.runs import Exchange, Illness, Plot, Run, Stage

SUBJECTS = ("delivery times", "return rates", "winter shoes", "card fees", "parcel lockers")
SITES = ("news.example", "trade.example", "forum.example", "prices.example")
# The scout's reader breaks with the 6th page it watches. Once its breaker has gone up to the
# third level people have looked at it and mended it; later stories break it for five pages.
BREAKS_AT, MENDED_AT_LEVEL = 5, 3
# Frozen once for it, the writer looks at what it is handed and asks for other pages.
WARY_FROM_LEVEL = 1
STORY_STEPS, FIRST_STORY_STEPS, LATER_STEPS = 400, 60, 5


def scout_illness(step: int) -> Illness | None:
    """Return what is wrong with the scout at a step of the lane ``watch``."""
    story, page = divmod(step, STORY_STEPS)
    if story == 0 and BREAKS_AT <= page < FIRST_STORY_STEPS:
        return Illness(error_code="pages_garbled", until_level=MENDED_AT_LEVEL)
    if story > 0 and BREAKS_AT <= page < BREAKS_AT + LATER_STEPS:
        return Illness(error_code="pages_garbled")
    return None


def watch(seed: int, step: int) -> Run:
    """Read pages, and hand them to the writer, who can do nothing with garbled ones."""
    dice = dice_for(seed, "watch", step)
    site, subject = dice.choice(SITES), dice.choice(SUBJECTS)
    chance = mishap(dice, 0.03, "timeout")
    read = _read(dice, site, subject, illness=scout_illness(step) or chance)
    write = _write(
        dice,
        f"Bring the digest on {subject} up to date",
        f"digest of {subject}",
        {"subject": subject, "from": site},
        pages=0,
        work_s=dice.uniform(0.6, 1.2),
    )
    return Run(requested_by=requester(dice), stages=(read, write))


def drafts(seed: int, step: int) -> Run:
    """Polish a draft that waits: work of the writer's own, which nobody else can spoil."""
    dice = dice_for(seed, "drafts", step)
    subject = dice.choice(SUBJECTS)
    stage = Stage(
        agent=WRITER,
        key="sandbox",
        tool="brief.write",
        operation="polish",
        title=f"Polish the draft on {subject}",
        target=f"draft on {subject}",
        arguments={"subject": subject, "words": 120},
        budget_usd="0.03",
        source="I",
        work_s=dice.uniform(0.6, 1.2),
        cost=usual_cost(dice),
        illness=mishap(dice, 0.02, "too_long"),
    )
    return Run(requested_by=requester(dice), stages=(stage,))


def research(seed: int, step: int) -> Run:
    """Plan a brief, send the scout, hand its pages to the writer, rate both."""
    dice = dice_for(seed, "research", step)
    subject = dice.choice(SUBJECTS)
    plan = Stage(
        agent=LEAD,
        key="sandbox",
        tool="brief.plan",
        operation="plan",
        title=f"Brief on {subject}",
        target=f"brief {step + 1}",
        arguments={"subject": subject, "pages": 3},
        budget_usd="0.06",
        source="I",
        work_s=dice.uniform(0.5, 1.0),
        cost=usual_cost(dice),
        steps=3,
        agents=3,
        talks_back=True,
        reports_at=(2,),
        value_usd="14.00",
    )
    read = _read(dice, dice.choice(SITES), subject, parent=0, illness=None)
    write = _write(
        dice,
        f"Write the brief on {subject}",
        f"brief {step + 1}",
        {"subject": subject, "words": 400},
        pages=1,
        work_s=dice.uniform(1.0, 2.0),
        value_usd="6.00",
    )
    return Run(
        requested_by=requester(dice),
        stages=(plan, read, write),
        lasts=True,
        exchanges=(
            _rated(dice, SCOUT, 1, "3.00"),
            _rated(dice, WRITER, 2, "6.00"),
        ),
    )


def _read(
    dice: Random, site: str, subject: str, *, parent: int | None = None, illness: Illness | None
) -> Stage:
    return Stage(
        agent=SCOUT,
        key="sandbox",
        tool="web.read",
        operation="read",
        title=f"Read {site} on {subject}",
        target=site,
        arguments={"site": site, "query": subject},
        budget_usd="0.02",
        source="U",
        work_s=dice.uniform(0.6, 1.4),
        cost=usual_cost(dice),
        parent=parent,
        illness=illness,
    )


def _write(
    dice: Random,
    title: str,
    target: str,
    arguments: Mapping[str, Any],
    *,
    pages: int,
    work_s: float,
    value_usd: str | None = None,
) -> Stage:
    """Return the writer's work on what the stage ``pages`` read, spoiled if that was garbled."""
    return Stage(
        agent=WRITER,
        key="sandbox",
        tool="brief.write",
        operation="write",
        title=title,
        target=target,
        arguments=arguments,
        budget_usd="0.03",
        source="E",
        work_s=work_s,
        cost=usual_cost(dice),
        parent=pages,
        illness=Illness(error_code="input_garbled", input=pages, until_level=WARY_FROM_LEVEL),
        value_usd=value_usd,
    )


def _rated(dice: Random, helper: str, stage: int, value_usd: str) -> Exchange:
    return Exchange(
        initiator=LEAD,
        counterparty=helper,
        stage=stage,
        value_usd=value_usd,
        rating=round(dice.uniform(0.74, 0.94), 3),
    )


RESEARCH = (
    Plot(lane="watch", run=watch, first_s=2, every_s=8),
    Plot(lane="drafts", run=drafts, first_s=7, every_s=20),
    Plot(lane="research", run=research, first_s=6, every_s=40),
)
