"""What is assumed of an agent before its own work shows: fleet, then owner, then template.

Each level starts from the level above it and is moved by the record of the *other* agents in it,
so that no agent vouches for itself.

Source: docs/evidence.md, Trust: the parent's posterior mean with strength k0, a
Gamma-Poisson hierarchy whose upper levels are plugged in (empirical Bayes).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from governance.domain.phrases import count_words, list_words
from governance.domain.policy.trust import TrustPolicy
from governance.domain.value_object import ValueObject

_OWNER, _TEMPLATE = "owner", "template"


class Kin(ValueObject, frozen=True):
    """The other agents of one group: how many, and how often they fail where the fleet fails once.

    ``ratio`` is the group's posterior mean, its parent's where ``agents`` is 0.
    """

    agents: int = 0
    ratio: float = 1.0


class Prior(ValueObject, frozen=True):
    """The failure ratio assumed of an agent, and the groups it was read off."""

    ratio: float = 1.0
    owner: Kin = Kin()
    template: Kin = Kin()

    def to_plain(self) -> dict[str, Any]:
        """Return the prior as JSON values."""
        return {
            "ratio": self.ratio,
            _OWNER: self.owner.to_list(),
            _TEMPLATE: self.template.to_list(),
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Prior:
        """Return the prior stored as ``plain``, exactly."""
        return cls(float(plain["ratio"]), _kin(plain[_OWNER]), _kin(plain[_TEMPLATE]))


FLEET_PRIOR = Prior()


class GroupTally(ValueObject, frozen=True, array_like=True):
    """Decayed failures of a group beside what the fleet would have failed on the same work.

    ``agents`` counts who ever contributed, ``events`` the outcomes, which date the decay.
    """

    failures: float = 0.0
    expected: float = 0.0
    agents: int = 0
    events: int = 0


class GroupShare(ValueObject, frozen=True, array_like=True):
    """One agent's part of a `GroupTally`, as of the group's count of ``events``."""

    failures: float = 0.0
    expected: float = 0.0
    events: int = 0


class GroupOutcome(ValueObject, frozen=True):
    """One outcome as groups see it: failure and expectation, both times the outcome's weight."""

    agent: str
    groups: tuple[str, ...]
    failures: float
    expected: float


NO_GROUP = GroupTally()
NO_PART = GroupShare()
Groups = Mapping[str, GroupTally]
Parts = Mapping[str, Mapping[str, GroupShare]]


def group_names(owner: str, template: str) -> tuple[str, ...]:
    """Return the groups of an agent, the widest first: its owner's, and of its template there.

    Two owners' agents of one template are no kin: whoever wants a good start cannot borrow it
    by naming somebody else's template.
    """
    of_owner = f"{_OWNER}:{owner}"
    return (of_owner, f"{_TEMPLATE}:{owner}:{template}") if template else (of_owner,)


def groups_fold(
    groups: Groups, parts: Parts, outcomes: Iterable[GroupOutcome], policy: TrustPolicy
) -> tuple[dict[str, GroupTally], dict[str, dict[str, GroupShare]]]:
    """Return the groups after ``outcomes``, and the new parts of the agents in them.

    Args:
        groups: before, by name.
        parts: the latest part of every agent in the outcomes, by agent and group.
        outcomes: in one fixed order; each makes its groups forget by ``policy.class_decay``.
        policy: gives the decay.
    """
    decay = policy.class_decay
    after, changed = dict(groups), dict[str, dict[str, GroupShare]]()
    for each in outcomes:
        failures, expected = each.failures, each.expected
        own = changed.get(each.agent)
        if own is None:
            own = changed[each.agent] = dict(parts.get(each.agent, {}))
        for name in each.groups:
            group, part = after.get(name, NO_GROUP), own.get(name, NO_PART)
            events = group.events + 1
            kept = decay ** (events - part.events)
            own[name] = GroupShare(
                part.failures * kept + failures, part.expected * kept + expected, events
            )
            after[name] = GroupTally(
                group.failures * decay + failures,
                group.expected * decay + expected,
                group.agents + (part.events == 0),
                events,
            )
    return after, changed


def prior_of(
    names: tuple[str, ...],
    groups: Groups,
    own: Mapping[str, GroupShare],
    policy: TrustPolicy,
) -> Prior:
    """Return what is assumed of an agent from the other agents of its groups.

    Each level's mean is ``(k0 m + F) / (k0 + E)`` with the mean ``m`` above it, at most
    ``prior_most_ratio`` times better or worse than the fleet: evidence is capped, so an agent
    could never work its way out of a start beyond that.

    Args:
        names: as `group_names` gives them.
        groups: as of the refresh.
        own: the agent's latest part of them.
        policy: strength k0, bound and decay.
    """
    strength, ratio = policy.prior_strength, 1.0
    kin: list[Kin] = []
    for name in names:
        group, part = groups.get(name, NO_GROUP), own.get(name, NO_PART)
        others = group.agents - (part.events > 0)
        if others > 0:
            kept = policy.class_decay ** (group.events - part.events)
            # Parts decay by another route than groups, so a difference of zero may round below.
            failures = max(0.0, group.failures - part.failures * kept)
            expected = max(0.0, group.expected - part.expected * kept)
            ratio = (strength * ratio + failures) / (strength + expected)
        kin.append(Kin(max(0, others), ratio))
    most = policy.prior_most_ratio
    return Prior(min(most, max(1.0 / most, ratio)), *kin)


def prior_phrase(prior: Prior, start: float) -> str:
    """Return why an agent's trust starts where it does, with the numbers.

    ``start`` is the score that the prior alone stands for, in [0, 1].
    """
    because = []
    if prior.owner.agents:
        because.append(_of(prior.owner, "of the same owner"))
    if prior.template.agents:
        because.append(_of(prior.template, "of the same owner and template"))
    if not because:
        return f"Its trust starts at {start:.2f}, as for any agent of the fleet."
    return f"Its trust starts at {start:.2f}, because {list_words(because)}."


def _of(kin: Kin, whose: str) -> str:
    fail = "fails" if kin.agents == 1 else "fail"
    others = count_words(kin.agents, "other agent")
    return f"{others} {whose} {fail} {kin.ratio:.2g} times as often as the fleet on the same work"


def _kin(plain: list[float]) -> Kin:
    agents, ratio = plain
    return Kin(int(agents), float(ratio))
