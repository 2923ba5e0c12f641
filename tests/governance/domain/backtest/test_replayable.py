import pytest

from governance.domain.backtest.replayable import PREFIXES, not_replayed, why_not_replayed
from governance.domain.backtest.report import NotReplayed
from governance.domain.policy.changes import PolicyChange
from governance.domain.policy.plain import policy_fields

PATHS = [field.path for field in policy_fields()]


@pytest.mark.parametrize("path", PATHS)
def test_every_setting_is_sorted(path: str) -> None:
    why = why_not_replayed(path)

    assert why is None or why.endswith(".")


def test_a_setting_that_nobody_sorted_is_refused() -> None:
    with pytest.raises(KeyError, match=r"weather\.rain"):
        why_not_replayed("weather.rain")


@pytest.mark.parametrize("prefix", sorted(PREFIXES))
def test_every_prefix_is_of_some_setting(prefix: str) -> None:
    assert [path for path in PATHS if path.startswith(prefix)]


def test_a_name_that_only_begins_alike_is_another_setting() -> None:
    with pytest.raises(KeyError):
        why_not_replayed("trustworthy.level")


@pytest.mark.parametrize(
    "path",
    ["trust.level_high", "breaker.suspicion_low", "approvals.balanced.high", "blast.high_from"],
)
def test_what_the_gate_and_the_fold_read_is_replayed(path: str) -> None:
    assert why_not_replayed(path) is None


def test_the_report_names_what_it_says_nothing_of() -> None:
    changes = [
        PolicyChange("trust.level_high", 0.85, 0.9, "", "A level."),
        PolicyChange("audits.day_most", 100, 50, "audits", "Audits."),
    ]

    assert not_replayed(changes) == (
        NotReplayed(
            path="audits.day_most",
            reason="Which tasks are checked afterwards is drawn anew, and nobody knows the verdicts.",
        ),
    )
