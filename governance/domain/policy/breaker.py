"""Tunable numbers of the breaker, with what stands behind each."""

from __future__ import annotations

from dataclasses import dataclass, field

from governance.domain.policy.fields import Guard, Provenance, setting
from governance.domain.policy.plain_rules import PlainRulesPolicy
from governance.domain.types import Tier

MEASURED, STANDARD, CHOICE = Provenance.MEASURED, Provenance.STANDARD, Provenance.CHOICE
# An enum member costs five times as much to look up as a name, and every outcome asks.
_HIGH, _MEDIUM = Tier.HIGH, Tier.MEDIUM


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerPolicy:
    """When an agent is frozen, for how long, and how it comes back."""

    suspicion_low: float = setting(
        8.0,
        unit="log odds",
        low=2,
        high=20,
        guard=Guard.RAISING,
        provenance=MEASURED,
        meaning="Suspicion that freezes an agent of tier low: how much likelier its latest "
        "results are if it succeeds half as often as usual. 8 is odds of 3,000 to 1.",
        reference="tests/bench/breaker.py: at 6.9 up to 4.0 false freezes per 1,000 agent-days",
    )
    suspicion_medium: float = setting(
        8.0,
        unit="log odds",
        low=2,
        high=20,
        guard=Guard.RAISING,
        provenance=MEASURED,
        meaning="Suspicion that freezes an agent of tier medium: how much likelier its latest "
        "results are if it succeeds half as often as usual. 8 is odds of 3,000 to 1.",
        reference="docs/evidence.md, Breakers: about 1 false freeze per 1,000 agent-days",
    )
    suspicion_high: float = setting(
        8.0,
        unit="log odds",
        low=2,
        high=20,
        guard=Guard.RAISING,
        provenance=MEASURED,
        meaning="Suspicion that freezes an agent of tier high: how much likelier its latest "
        "results are if it succeeds half as often as usual. 8 is odds of 3,000 to 1.",
        reference="tests/bench/breaker.py: 9 and 5 tasks to trip; at 9.2 they are 11 and 6",
    )
    least_failures: int = setting(
        3,
        unit="failures",
        low=1,
        high=20,
        guard=Guard.RAISING,
        provenance=MEASURED,
        meaning="No freeze before this many failures; a partial result counts half.",
        reference="docs/evidence.md, Breakers",
    )
    expected_floor: float = setting(
        0.02,
        unit="share",
        low=0.001,
        high=0.20,
        guard=Guard.RAISING,
        provenance=MEASURED,
        meaning="An agent is never expected to fail less often than this.",
        reference="docs/evidence.md, Breakers",
    )
    expected_ceiling: float = setting(
        0.90,
        unit="share",
        low=0.30,
        high=0.99,
        guard=Guard.RAISING,
        provenance=MEASURED,
        meaning="An agent is never expected to fail more often than this.",
        reference="docs/evidence.md, Drift",
    )
    freeze_first_min: float = setting(
        15.0,
        unit="minutes",
        low=1,
        high=1440,
        guard=Guard.LOWERING,
        provenance=CHOICE,
        meaning="Length of the first freeze; each further level doubles it.",
        reference="own choice; Envoy's outlier detection grows ejection time the same way",
    )
    freeze_cap_h: float = setting(
        24.0,
        unit="hours",
        low=1,
        high=168,
        guard=Guard.LOWERING,
        provenance=CHOICE,
        meaning="Longest freeze.",
        reference="own choice: docs/architecture.md, Breakers",
    )
    freeze_jitter: float = setting(
        0.10,
        unit="share",
        low=0.0,
        high=0.50,
        provenance=STANDARD,
        meaning="Freezes differ by up to this share, so that agents do not come back together.",
        reference="Amazon Builders' Library, Timeouts, retries and backoff with jitter",
    )
    level_decay_days: float = setting(
        1.0,
        unit="days",
        low=0.1,
        high=30,
        guard=Guard.LOWERING,
        provenance=CHOICE,
        meaning="Clean time that lowers the breaker level by one.",
        reference="own choice: docs/architecture.md, Breakers",
    )
    latch_trips: int = setting(
        4,
        unit="freezes",
        low=2,
        high=20,
        guard=Guard.RAISING,
        provenance=CHOICE,
        meaning="This many freezes within the window need a person to release.",
        reference="own choice: docs/architecture.md, Breakers",
    )
    latch_window_days: float = setting(
        7.0,
        unit="days",
        low=1,
        high=90,
        guard=Guard.LOWERING,
        provenance=CHOICE,
        meaning="The window in which freezes are counted.",
        reference="own choice: docs/architecture.md, Breakers",
    )
    probation_error: float = setting(
        0.02,
        unit="probability",
        low=0.001,
        high=0.20,
        guard=Guard.RAISING,
        provenance=MEASURED,
        meaning="Chance of a wrong verdict of probation, either way.",
        reference="Wald (1945); docs/evidence.md, Breakers: bounds of 3.89",
    )
    probation_limit_h: float = setting(
        24.0,
        unit="hours",
        low=1,
        high=720,
        guard=Guard.RAISING,
        provenance=CHOICE,
        meaning="Probation without a verdict freezes again after this long.",
        reference="own choice: docs/architecture.md, Breakers",
    )
    probe_margin_s: float = setting(
        60.0,
        unit="seconds",
        low=0,
        high=3600,
        provenance=CHOICE,
        meaning="A probe's place is kept this long beyond its task's time limit.",
        reference="own choice: docs/architecture.md, Breakers",
    )
    frozen_share_cap: float = setting(
        0.30,
        unit="share",
        low=0.05,
        high=1.0,
        guard=Guard.ANY,
        provenance=STANDARD,
        meaning="Largest share of the fleet that detectors may freeze; one agent always may be.",
        reference="Envoy max_ejection_percent, whose default is 10 %",
    )
    alarm_share: float = setting(
        0.20,
        unit="share",
        low=0.05,
        high=1.0,
        provenance=CHOICE,
        meaning="This share of the fleet, frozen by detectors within the window, is one incident.",
        reference="own choice: docs/architecture.md, Breakers",
    )
    alarm_window_min: float = setting(
        5.0,
        unit="minutes",
        low=1,
        high=1440,
        provenance=CHOICE,
        meaning="The window in which freezes count as one incident of the fleet.",
        reference="own choice: docs/architecture.md, Breakers",
    )
    alarm_agents: int = setting(
        2,
        unit="agents",
        low=2,
        high=1000,
        provenance=CHOICE,
        meaning="Fewer frozen agents than this share no cause, however small the fleet.",
        reference="own choice: in a fleet of five, one agent is a fifth",
    )
    supervised_clean: int = setting(
        10,
        unit="outcomes",
        low=1,
        high=100,
        guard=Guard.LOWERING,
        provenance=CHOICE,
        meaning="Outcomes in a row without suspicion that end supervision.",
        reference="own choice: docs/architecture.md, Breakers",
    )
    early_release_level: int = setting(
        2,
        unit="level",
        low=0,
        high=10,
        guard=Guard.RAISING,
        provenance=CHOICE,
        meaning="Up to this breaker level a reviewer may release early; above, a manager.",
        reference="own choice: docs/architecture.md, Breakers",
    )

    hard_cap_factor: float = setting(
        2.0,
        unit="x the task's cap",
        low=1.0,
        high=100,
        guard=Guard.RAISING,
        provenance=CHOICE,
        meaning="A task that spends more than this freezes its agent at once, latched.",
        reference="own choice: docs/architecture.md, Breakers",
    )
    hard_cap_least_usd: float = setting(
        1.0,
        unit="US dollars",
        low=0.0,
        high=1_000_000,
        guard=Guard.RAISING,
        provenance=CHOICE,
        meaning="Up to this much above a task's cap nothing is frozen at once, whatever the share.",
        reference="own choice: docs/architecture.md, Breakers",
    )
    bypass_longest_h: float = setting(
        8.0,
        unit="hours",
        low=0.25,
        high=8,
        guard=Guard.RAISING,
        provenance=CHOICE,
        meaning="Longest time for which two admins may pass a breaker over.",
        reference="own choice: docs/architecture.md, Breakers",
    )
    bypass_usual_h: float = setting(
        1.0,
        unit="hours",
        low=0.25,
        high=8,
        guard=Guard.RAISING,
        provenance=CHOICE,
        meaning="How long a breaker is passed over where nobody says.",
        reference="own choice: docs/architecture.md, Breakers",
    )

    rules: PlainRulesPolicy = field(default_factory=PlainRulesPolicy)

    def threshold(self, tier: Tier) -> float:
        """Return the suspicion (log odds) that freezes an agent of ``tier``."""
        if tier is _HIGH:
            return self.suspicion_high
        return self.suspicion_medium if tier is _MEDIUM else self.suspicion_low
