"""Favours: a buyer and a broker of media order from each other and praise what they get."""

from __future__ import annotations

from random import Random

from config.simulation.cast import BROKER, BUYER
from config.simulation.plots.dice import dice_for, requester, usual_cost
from config.simulation.runs import Exchange, Plot, Run, Stage
from governance.domain.phrases import count_words

PLACES = ("front page", "side column", "newsletter", "video break")


def favours(seed: int, step: int) -> Run:
    """Order once in each direction; outsiders would call the work middling."""
    dice = dice_for(seed, "favours", step)
    first, second = (BUYER, BROKER) if step % 2 == 0 else (BROKER, BUYER)
    return Run(
        requested_by=requester(dice),
        stages=(_order(dice, first, second), _order(dice, second, first)),
        exchanges=(_praise(dice, second, first, 0), _praise(dice, first, second, 1)),
    )


def _order(dice: Random, agent: str, customer: str) -> Stage:
    place, days = dice.choice(PLACES), dice.randint(1, 5)
    return Stage(
        agent=agent,
        key="production",
        tool="media.order",
        operation="order",
        title=f"Order the {place} for {count_words(days, 'day')}",
        target=place,
        arguments={"place": place, "days": days, "for": customer},
        budget_usd="0.05",
        source="I",
        work_s=dice.uniform(0.8, 1.6),
        cost=usual_cost(dice),
        value_usd=f"{dice.uniform(38, 55):.2f}",
    )


def _praise(dice: Random, initiator: str, counterparty: str, stage: int) -> Exchange:
    quality = round(dice.gauss(0.55, 0.05), 3)
    return Exchange(
        initiator=initiator,
        counterparty=counterparty,
        stage=stage,
        value_usd=f"{dice.uniform(38, 55):.2f}",
        rating=round(dice.uniform(0.95, 1.0), 3),
        verified_quality=quality if dice.random() < 0.25 else None,
    )


FAVOURING = (Plot(lane="favours", run=favours, first_s=10, every_s=30),)
