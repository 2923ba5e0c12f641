"""What is said of governing agents, and what of it holds: the claims behind inherited defaults.

docs/evidence.md has the same sentences, and a test reads them there.
"""

from __future__ import annotations

from typing import NamedTuple

from dashboard.display.wording import Mark

SOURCE = (
    "Countersign inherits its idea from an article on governing agents, whose figures come from"
    " public simulation research. Every figure of that article was recomputed from the published"
    " result files, or measured again with the published package swarm-safety 1.9.0."
)

HOLDS = Mark("Holds", "check", "good")
CONDITION = Mark("Holds on a condition", "half", "amber")
FAILS = Mark("Does not hold", "x", "amber")
NOT_FOUND = Mark("Not found", "ask", "line")


class Claim(NamedTuple):
    """One claim: what is said, whether and how far it holds, and what Countersign does."""

    key: str
    said: str
    mark: Mark
    holds: str
    does: str


CLAIMS: tuple[Claim, ...] = (
    Claim(
        "tiers",
        "An agent is of tier high from a trust of 0.85, medium from 0.50, low below.",
        HOLDS,
        "True in the original code, which also asks for at least 20 outcomes for high and 10 for"
        " medium.",
        "The two levels are kept. A tier is decided by how probable it is that the agent deserves"
        " it, not by a point score.",
    ),
    Claim(
        "matrix",
        "The right rules for each task type at each trust tier were derived from 146 runs.",
        NOT_FOUND,
        "No study was found behind the table. In the original code the rows of high and medium"
        " trust are identical, and a title with the word “fix” loosens governance.",
        "The table has nine cells that an admin can edit. No cell is looser where trust falls or"
        " the task type is riskier.",
    ),
    Claim(
        "runs",
        "The defaults rest on 146 simulations with 43 agent types and 27 configurations.",
        NOT_FOUND,
        "146 is the number of result folders. The 43 types and the 27 configurations were not"
        " found.",
        "Countersign does not repeat it as fact.",
    ),
    Claim(
        "breakers",
        "Circuit breakers raise welfare by 81 % and lower toxicity by 11 %, d = 1.64, replicated.",
        CONDITION,
        "Recomputed, the figures come from 10 runs against 10, with p = .08 after the study's own"
        " correction; several other studies found no effect. Measured again: +30 % welfare with"
        " 1 bad agent of 8, +86 % welfare and −12.5 % toxicity with 2 of 8, and 0 with none."
        " That is 70 to 92 % of what removing the bad agents outright would give.",
        "Breakers are on by default, everywhere. The claim is shown with its condition: bad agents"
        " must be there.",
    ),
    Claim(
        "thresholds",
        "Each preset has the breaker threshold that suits it, from a mean toxicity of .5 to .9.",
        FAILS,
        "At .7 (balanced) and .9 (aggressive) the breaker never fired in six scenarios. .5 is the"
        " best supported; .3 freezes the innocent.",
        "The breaker adapts to how often each agent is expected to fail, so that no preset has a"
        " breaker that cannot fire.",
    ),
    Claim(
        "dominance",
        "Breakers do better than every other measure.",
        FAILS,
        "They are not better than all measures together (p = .64). Audits and staking showed no"
        " effect.",
        "Presets combine breakers, audits and approval. Staking is not built.",
    ),
    Claim(
        "colluders",
        "Under monitoring, colluders end up 137 times poorer.",
        FAILS,
        "The gap is there with monitoring off too: 121 times. The scripted colluders cannot build."
        " Given the same actions they earn 1.4 times more with monitoring on.",
        "Countersign does not repeat it as fact. It measures what its own penalties do.",
    ),
    Claim(
        "tax",
        "A transaction tax of 5 % is a threshold.",
        FAILS,
        "Welfare falls in a straight line, by about 1.07 % for each point of tax. There is no"
        " threshold.",
        "The inherited 2, 5 and 10 % by preset stay, as a policy choice with this finding beside"
        " it.",
    ),
)  # fmt: skip
