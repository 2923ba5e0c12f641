"""What a scan tells: the document of ``--json``, and the summary a person reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np

from governance.domain.collusion.fields import fields_used, fields_weak
from governance.domain.collusion.findings import (
    Finding,
    FindingKind,
    ring_findings,
    severity,
)
from governance.domain.collusion.rings import Ring
from governance.domain.collusion.scan import Scan
from governance.domain.collusion.verdicts import Judged
from governance.domain.collusion.watch import Watched, watch_list
from governance.domain.collusion.words import finding_phrase, kind_label, watched_phrase
from governance.domain.phrases import count_words, list_words
from governance.files.reading import Refused

_TOLD = 3


def scan_plain(
    scan: Scan, names: Sequence[str], teams: Collection[frozenset[int]], refused: Sequence[Refused]
) -> dict[str, Any]:
    """Return what a scan found as JSON values.

    ``risk`` ranks every agent, comparable within this scan only; ``p`` are probabilities by luck
    alone. Pairs are those that stand out and those that are accused.
    """
    found = [(ring, ring_findings(scan, ring)) for ring in scan.rings]
    rings = [_ring(ring, findings, names) for ring, findings in found]
    evidence: dict[int, list[str]] = {}
    for ring, findings in found:
        for agent in ring.members:
            evidence[agent] = [
                finding_phrase(each, names) for each in findings if agent in each.agents
            ]
    return {
        "agents": [
            {
                "agent": names[agent],
                "risk": round(float(scan.risk[agent]), 6),
                "flagged": agent in evidence,
                "evidence": evidence.get(agent, []),
            }
            for agent in np.argsort(-scan.risk, kind="stable").tolist()
        ],
        "pairs": [
            *_pairs(scan, scan.accused.ties, names, is_open=False),
            *_pairs(scan, scan.accused.open_ties, names, is_open=True),
        ],
        "rings": sorted(rings, key=lambda ring: -ring["severity_usd"]),
        "watch": [_watched(each, names) for each in watch_list(scan, teams)],
        "fields_used": list(fields_used(scan.work)),
        "fields_missing": fields_weak(scan.work),
        "rows": {"read": len(scan.work) + len(refused), "rejected": len(refused)},
        "rejected_rows": [_rejected(row) for row in refused],
    }


def summary(plain: dict[str, Any]) -> Iterator[str]:
    """Yield the lines that sum a scan up: rows, rings with their evidence, watch list, gaps."""
    rows = plain["rows"]
    yield f"Rows      {rows['read']:,} read, {rows['rejected']:,} rejected"
    yield f"Agents    {len(plain['agents']):,}"
    kinds = Counter(ring["kind"] for ring in plain["rings"])
    listed = ", ".join(
        f"{count:,} {kind_label(FindingKind(kind)).lower()}"
        for kind, count in sorted(kinds.items())
    )
    yield f"Rings     {len(plain['rings']):,}" + (f": {listed}" if listed else "")
    yield f"Watched   {len(plain['watch']):,}"
    for missing in plain["fields_missing"]:
        yield f"Missing   {missing}"
    for ring in plain["rings"]:
        yield ""
        yield f"{list_words(ring['members'])}: ${ring['value_usd']:,.2f} moved among them"
        for sentence in ring["evidence"][:_TOLD]:
            yield f"  {sentence}"
        if len(ring["evidence"]) > _TOLD:
            yield f"  and {count_words(len(ring['evidence']) - _TOLD, 'more finding')}; see --json"


def _rejected(row: Refused) -> dict[str, Any]:
    file = {"file": row.file} if row.file else {}
    return {**file, "line": row.line, "reason": row.reason}


def _ring(ring: Ring, findings: list[Finding], names: Sequence[str]) -> dict[str, Any]:
    return {
        "members": [names[agent] for agent in ring.members],
        "kind": findings[0].kind.value,
        "p": ring.chance,
        "value_usd": round(ring.value_usd, 6),
        "severity_usd": round(severity(ring, findings), 6),
        "evidence": [finding_phrase(each, names) for each in findings],
        "interactions": ring.interactions,
        "outside_quality": ring.outside_quality,
        "outside_checked": ring.outside_checked,
        "drawn_usd": round(ring.drawn_usd, 6),
    }


def _pairs(
    scan: Scan, judged: Judged, names: Sequence[str], *, is_open: bool
) -> Iterator[dict[str, Any]]:
    ties = scan.ties
    for place, pair in enumerate(judged.pair.tolist()):
        flagged = bool(judged.is_accused[place])
        if is_open and not flagged:
            continue
        yield {
            "a": names[ties.first[pair]],
            "b": names[ties.second[pair]],
            "p": float(judged.chance[place]),
            "flagged": flagged,
            "kind": judged.door_of(place).value,
            "interactions": int(ties.count[pair]),
            "expected": round(float(ties.expected[pair]), 3),
        }


def _watched(watched: Watched, names: Sequence[str]) -> dict[str, Any]:
    return {
        "agents": [names[agent] for agent in watched.agents],
        "interactions": watched.interactions,
        "expected": watched.expected,
        "p": watched.chance,
        "checked": watched.checked,
        "why": watched_phrase(watched, names),
    }
