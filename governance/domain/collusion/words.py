"""One sentence for each piece of evidence, with the numbers behind it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from governance.domain.collusion.findings import Finding, FindingKind
from governance.domain.collusion.verdicts import Door
from governance.domain.collusion.watch import Watched
from governance.domain.phrases import count_words, list_words, share_words

# Below this nobody can imagine the difference.
_LEAST_LUCK = 9
_POWERS = {3: "1,000", 4: "10,000", 5: "100,000", 6: "1 million", 7: "10 million"}
_POWERS |= {8: "100 million", 9: "1 billion"}
_TOGETHER = {
    Door.TRIANGLE: ", together with their work with agents that both know",
    Door.STAR: ", together with others that give much of their work to the same agent",
}
_STAGES = {
    "waiting": "still waiting for a worker",
    "reading": "now reading interactions",
    "ties": "now at who works together more than usual",
    "baselines": "now at what unrelated agents say",
    "integrity": "now at ratings, checks and acceptance",
    "lockstep": "now at who calls on others in step",
    "circular": "now at money that goes round",
    "rings": "now at who belongs together",
}


_LABELS = {
    FindingKind.OVER_RATED: "Above what checks say",
    FindingKind.FAVOURED: "Above what others give",
    FindingKind.WAVED_THROUGH: "Poor work accepted",
    FindingKind.JOINT_BENEFIT: "Gain more together",
    FindingKind.LOCKSTEP: "In step",
    FindingKind.CIRCULAR: "Money goes round",
}


def kind_label(kind: FindingKind) -> str:
    """Return what a kind of evidence is called."""
    return _LABELS[kind]


def stage_phrase(stage: str) -> str:
    """Return what a scan does at one of its stages."""
    return _STAGES[stage]


def finding_phrase(finding: Finding, names: Sequence[str]) -> str:
    """Return what a manager reads; ``names`` are the agents' by number."""
    told: Callable[[Finding, Sequence[str]], str] = {
        FindingKind.OVER_RATED: _over_rated,
        FindingKind.FAVOURED: _favoured,
        FindingKind.WAVED_THROUGH: _waved_through,
        FindingKind.JOINT_BENEFIT: _joint_benefit,
        FindingKind.LOCKSTEP: _lockstep,
        FindingKind.CIRCULAR: _circular,
    }[finding.kind]
    together = _TOGETHER.get(finding.door, "") if finding.door else ""
    return f"{told(finding, names)} By luck alone{together}: {luck_words(finding.chance)}."


def luck_words(chance: float) -> str:
    """Return a small probability as people say it: ``less than 1 in 10 million``."""
    power = math.floor(-math.log10(chance)) if chance > 0.0 else _LEAST_LUCK
    if power < min(_POWERS):
        return share_words(chance)
    return f"less than 1 in {_POWERS[min(power, _LEAST_LUCK)]}"


def watched_phrase(watched: Watched, names: Sequence[str]) -> str:
    """Return why agents are on the watch list; ``names`` are the agents' by number."""
    if watched.expected is not None:
        return _togetherness(watched.agents, watched.interactions, watched.expected, names)
    members = list_words([names[agent] for agent in watched.agents])
    jobs = count_words(watched.interactions, "job")
    return f"{members} call on the same agents at the same moments, in {jobs}."


def _pair(finding: Finding, names: Sequence[str]) -> str:
    return _togetherness(finding.agents, finding.interactions, finding.expected or 0.0, names)


def _togetherness(
    agents: tuple[int, ...], interactions: int, expected: float, names: Sequence[str]
) -> str:
    """Return how often two agents worked together beside what is usual."""
    return (
        f"{list_words([names[agent] for agent in agents])} worked together"
        f" {count_words(interactions, 'time')}; {_usual_count(expected)} would be usual."
    )


def _over_rated(finding: Finding, names: Sequence[str]) -> str:
    _, rated = _sides(finding, names)
    return (
        f"{_pair(finding, names)} {_rates(finding, names)} {finding.rating or 0.0:.2f} on"
        f" {count_words(finding.counted, 'result')} that checks from outside put at"
        f" {finding.seen:.2f}; such ratings of {rated or 'them'} usually mean {finding.usual:.2f}."
    )


def _favoured(finding: Finding, names: Sequence[str]) -> str:
    return (
        f"{_pair(finding, names)} {_rates(finding, names)} {finding.seen:.2f} on average;"
        f" unrelated agents would give the same work {finding.usual:.2f}"
        f" ({count_words(finding.counted, 'rating')})."
    )


def _waved_through(finding: Finding, names: Sequence[str]) -> str:
    accepted = round(finding.seen * finding.counted)
    usual = _usual_count(finding.usual * finding.counted)
    who, other = _sides(finding, names)
    return (
        f"{_pair(finding, names)} {who or 'They'} accepted {accepted:,} of"
        f" {count_words(finding.counted, 'poor result')} of {other or 'each other'};"
        f" {usual} would be usual."
    )


def _joint_benefit(finding: Finding, names: Sequence[str]) -> str:
    return (
        f"{_pair(finding, names)} In {count_words(finding.counted, 'accepted job')} they gained"
        f" {finding.seen:.2f} together on average; work of such quality usually brings"
        f" {finding.usual:.2f}."
    )


def _lockstep(finding: Finding, names: Sequence[str]) -> str:
    members = list_words([names[agent] for agent in finding.agents])
    better = "above" if finding.seen > finding.usual else "below"
    return (
        f"{members} call on the same {count_words(len(finding.targets), 'agent')} at the same"
        f" moments. The {count_words(finding.counted, 'rating')} they gave then average"
        f" {finding.seen:.2f}, {abs(finding.seen - finding.usual):.2f} {better} what outsiders and"
        " checks say."
    )


def _circular(finding: Finding, names: Sequence[str]) -> str:
    members = list_words([names[agent] for agent in finding.agents])
    return (
        f"Among {members} what one received went on within hours, in the same amount,"
        f" {finding.seen:,.0f} times; {_usual_count(finding.usual)} would be usual."
        f" {share_words(finding.effect)} of the value that moved came back."
    )


def _rates(finding: Finding, names: Sequence[str]) -> str:
    who, other = _sides(finding, names)
    return f"{who} rates {other}" if who else "They rate each other"


def _sides(finding: Finding, names: Sequence[str]) -> tuple[str, str]:
    """Return who of a pair began what counts, and with whom; nothing where both did."""
    if finding.begun_by is None:
        return "", ""
    other = next(agent for agent in finding.agents if agent != finding.begun_by)
    return names[finding.begun_by], names[other]


def _usual_count(expected: float) -> str:
    return f"{expected:,.0f}" if expected >= 0.95 else "fewer than 1"


def weightless_phrase(outcomes: int) -> str:
    """Return how much of what the members of a ring say of each other counts for nothing."""
    so_far = f"{count_words(outcomes, 'outcome')} so far" if outcomes else "no outcome so far"
    return f"Their word for each other counts for nothing in trust: {so_far}."
