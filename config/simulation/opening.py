"""Before the story: agents and tools are registered, and the past is loaded."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from config.simulation.access import DESK, REGISTRY, Access
from config.simulation.cast import CAST
from config.simulation.past import batches, past_interactions, past_outcomes
from config.simulation.tools import TOOLS
from config.simulation.wire import Wire

logger = logging.getLogger("simulation")


def cast_register(registry: Wire, *, owners: Mapping[str, str]) -> datetime:
    """Register tools and agents; return when the first of these agents came to the fleet.

    Args:
        registry: a key with the scopes gate and operate.
        owners: who stands in for an owner of the story that the fleet does not have.
    """
    for name, body in TOOLS.items():
        registry.tool_put(name, **body)
    created = []
    for member in CAST:
        body = member.body()
        body["owner"] = owners.get(member.owner, member.owner)
        created.append(registry.agent_put(member.agent, **body)["created_at"])
    return min(datetime.fromisoformat(at) for at in created)


def past_load(
    wires: Mapping[str, Wire], access: Access, *, seed: int, until: datetime, days: int
) -> None:
    """Load the ``days`` before ``until``; what an earlier run loaded is counted as a duplicate."""
    until = until.replace(microsecond=0)
    keys = {member.agent: member.environments[0] for member in CAST}
    outcomes = past_outcomes(seed, until=until, days=days)
    by_key = {
        name: [item for item in outcomes if keys[item["agent"]] == name]
        for name in sorted(set(keys.values()))
    }
    for name, items in by_key.items():
        _load(wires[name].outcomes, items, "outcomes")
    has_desk = DESK in access.keys
    interactions = past_interactions(seed, until=until, days=days, verified=has_desk)
    _load(wires[DESK if has_desk else REGISTRY].interactions, interactions, "interactions")


def _load(
    send: Callable[[list[dict[str, Any]]], dict[str, Any]], items: list[dict[str, Any]], what: str
) -> None:
    fates: Counter[str] = Counter()
    for batch in batches(items):
        answer = send(batch)
        fates.update({fate: answer[fate] for fate in ("stored", "duplicate", "rejected")})
        _complain(answer["results"], what)
    logger.info("past %s: %s", what, ", ".join(f"{n} {fate}" for fate, n in fates.items()))


def _complain(results: Iterable[Mapping[str, Any]], what: str) -> None:
    rejected = [each for each in results if each["status"] == "rejected"]
    if rejected:
        error = rejected[0]["error"]
        logger.warning("%d %s rejected, the first: %s", len(rejected), what, error["detail"])
