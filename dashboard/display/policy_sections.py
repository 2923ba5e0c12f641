"""The sections of a policy as people tune it; a new branch of the tree becomes one by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class PolicySection(NamedTuple):
    """Branches of the policy that are read together, under a name with one sentence."""

    key: str
    label: str
    branches: tuple[str, ...]
    about: str


_KNOWN = (
    PolicySection(
        "trust",
        "Trust and tiers",
        ("trust",),
        "How outcomes become a score, and a score a tier.",
    ),
    PolicySection("matrix", "Matrix", ("matrix",), "Which preset holds, by task type and trust."),
    PolicySection("presets", "Presets", ("presets",), "What an agent may use under each preset."),
    PolicySection(
        "approvals",
        "Approvals",
        ("approvals",),
        "Who must agree before a task runs, by preset and level.",
    ),
    PolicySection(
        "blast",
        "Blast radius",
        ("blast",),
        "How much harm a task could do, in points and as a level.",
    ),
    PolicySection("breaker", "Breaker", ("breaker",), "When an agent is frozen, and for how long."),
    PolicySection("drift", "Drift", ("drift",), "When an agent works worse than is normal for it."),
    PolicySection(
        "cascade",
        "Cascades",
        ("cascade",),
        "When failures of one lineage are held together.",
    ),
    PolicySection(
        "collusion",
        "Collusion",
        ("collusion",),
        "When agents that help each other are shown to people.",
    ),
    PolicySection("audits", "Audits", ("audits",), "How many finished tasks people check."),
    PolicySection(
        "tickets",
        "Tickets",
        ("tickets",),
        "How long people have, and what happens then.",
    ),
    PolicySection(
        "intake",
        "Intake",
        ("admission", "flood"),
        "How requests come in, and when they are too many.",
    ),
    PolicySection("pace", "Pace", ("pace",), "When a reviewer is asked to slow down."),
    PolicySection("retention", "Retention", ("retention",), "How long records are kept."),
)


def sections_of(paths: Iterable[str]) -> tuple[PolicySection, ...]:
    """Return the sections that hold ``paths``: the known in their order, then new branches."""
    branches = dict.fromkeys(path.partition(".")[0] for path in paths)
    known = tuple(each for each in _KNOWN if any(branch in branches for branch in each.branches))
    named = {branch for each in known for branch in each.branches}
    return (
        *known,
        *(
            PolicySection(branch, branch.replace("_", " ").capitalize(), (branch,), "")
            for branch in branches
            if branch not in named
        ),
    )


def section_key(path: str) -> str:
    """Return the key of the section a setting stands in."""
    branch = path.partition(".")[0]
    return next((each.key for each in _KNOWN if branch in each.branches), branch)
