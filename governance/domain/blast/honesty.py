"""Whether what a caller stated of a task was borne out by what is known and seen of it.

Source: docs/evidence.md, Blast radius.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from governance.domain.blast.scale import BlastMetric, blast_place, vector_parse
from governance.domain.blast.score import BlastResult, blast_level, blast_score
from governance.domain.facts import GateRequest
from governance.domain.policy.blast import BlastPolicy
from governance.domain.types import BlastLevel


def level_stated(
    request: GateRequest, blast: BlastResult, policy: BlastPolicy
) -> BlastLevel | None:
    """Return the level that the caller's own words would have meant, where it is lower; else None.

    Only words that the confirmed registry contradicts count: what is not stated is not understated.
    """
    contradicted = _contradicted(request)
    if not contradicted:
        return None
    vector = vector_parse(blast.vector)
    vector.update(contradicted)
    stated = blast_level(vector, policy)
    return stated if stated.rank < blast.level.rank else None


def level_outgrown(
    request: GateRequest, blast: BlastResult, policy: BlastPolicy
) -> BlastLevel | None:
    """Return the level a running task has reached by its own reports, where that is higher.

    Higher than the same task would have now without them: what its owner's other agents spend
    meanwhile is not its doing. None where nothing was outgrown.
    """
    before = blast_score(replace(request.task, progress=None), request.money, policy).level
    return blast.level if blast.level.rank > before.rank else None


def _contradicted(request: GateRequest) -> Mapping[BlastMetric, str]:
    entry = request.task.tool_entry
    known = entry.confirmed if entry is not None else None
    if not known:
        return {}
    return {
        metric: value
        for metric, value in (
            (BlastMetric(letter), value) for letter, value in request.task.declared_blast.items()
        )
        if metric in known and blast_place(metric, value) < blast_place(metric, known[metric])
    }


def declared_honestly(*, reported: bool, stated: str, observed: str) -> bool | None:
    """Return whether a finished task was what it was said to be; None where nobody can tell.

    Args:
        reported: whether it told of its progress while it ran.
        stated: its level by the caller's words alone, "" where they were not contradicted.
        observed: the level it reached by its reports, "" where it stayed inside.
    """
    if stated or observed:
        return False
    return True if reported else None
