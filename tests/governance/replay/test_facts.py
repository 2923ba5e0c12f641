from __future__ import annotations

from pathlib import Path

import pytest

from governance.domain.class_rates import Rate, Tally
from governance.domain.outcome_fact import Judgement
from governance.domain.types import Tier
from governance.files.reading import UnreadableFileError
from governance.replay.facts import ComputedFacts, Kinship
from governance.replay.recorded import RecordedFacts, refreshes_read
from tests.governance.domain.outcomes import START_S, outcome
from tests.governance.replay.files import ENGINE, POLICY

BOT, OTHER = Kinship("bot", ()), Kinship("other", ())
KEY = "stateless:LOW"
FIRST = (
    '{"number": 4, "at": "2026-03-02T12:00:00Z", "sources_30d": 2,'
    ' "classes": {"stateless:LOW": [1.0, 10.0, 10]},'
    ' "shares": {"bot": {"classes": {"stateless:LOW": [1.0, 4.0, 10]}}}}'
)
SECOND = '{"number": 7, "at": "2026-03-02T13:00:00Z", "sources_30d": 3, "classes": {}}'


def judged(failure: float | None) -> Judgement:
    return Judgement(KEY, 0, failure, 0.1, 0.1, 1.0, Tier.LOW, Tier.LOW, 0.0, 0.0, 0.1)


def recorded(tmp_path: Path, *lines: str) -> RecordedFacts:
    path = tmp_path / "refreshes.jsonl"
    path.write_text("\n".join(lines) + "\n")
    return RecordedFacts(refreshes_read(path), ENGINE)


def test_a_refresh_comes_at_the_next_half_minute() -> None:
    facts = ComputedFacts(ENGINE, {})

    facts.take(BOT, outcome(at_s=START_S + 31.0), judged(0.0))

    assert facts.due_s == START_S + 60.0


def test_without_outcomes_that_count_no_refresh_is_due() -> None:
    facts = ComputedFacts(ENGINE, {})

    facts.take(BOT, outcome(), judged(None))

    assert facts.due_s == float("inf")


def test_an_agent_is_judged_by_the_refresh_in_force_and_its_own_part_of_it() -> None:
    facts = ComputedFacts(ENGINE, {})
    facts.take(BOT, outcome(source="a"), judged(1.0))
    facts.take(OTHER, outcome(source="b"), judged(0.0))
    before = facts.view(BOT, KEY, -1)

    facts.refresh()
    view = facts.view(BOT, KEY, -1)

    assert (before.number, dict(before.classes)) == (0, {})
    assert (view.number, view.sources_30d) == (1, 2)
    # The failure came first, so the success made it forget by one step of the decay.
    kept = POLICY.trust.class_decay
    assert view.classes[KEY] == Rate(kept, kept + 1.0)
    assert view.own[KEY] == Rate(kept, kept)


def test_sources_are_counted_within_thirty_days() -> None:
    facts = ComputedFacts(ENGINE, {})
    facts.take(BOT, outcome(source="old"), judged(0.0))
    facts.take(BOT, outcome(source="new", at_s=START_S + 31 * 86_400.0), judged(0.0))
    facts.due_s = START_S + 31 * 86_400.0 + 30.0

    facts.refresh()

    assert facts.view(BOT, KEY, -1).sources_30d == 1


def test_a_recorded_refresh_comes_into_force_at_its_time(tmp_path: Path) -> None:
    facts = recorded(tmp_path, FIRST, SECOND)
    before, due_s = facts.view(BOT, KEY, -1), facts.due_s
    facts.refresh()

    view = facts.view(BOT, KEY, -1)

    assert (before.number, due_s) == (0, START_S)
    assert (view.number, view.sources_30d) == (4, 2)
    assert view.own[KEY] == Rate(1.0, 4.0)
    assert facts.view(OTHER, KEY, -1).own == {}
    assert facts.due_s == START_S + 3600.0


def test_an_outcome_that_names_its_refresh_is_judged_by_it(tmp_path: Path) -> None:
    facts = recorded(tmp_path, SECOND, FIRST)

    assert facts.view(BOT, KEY, 4).number == 4
    assert facts.view(BOT, KEY, 6).number == 4
    assert facts.view(BOT, KEY, 7).number == 7
    assert facts.view(BOT, KEY, 3).number == 0


def test_no_refresh_is_due_after_the_last(tmp_path: Path) -> None:
    facts = recorded(tmp_path, FIRST)
    facts.refresh()
    facts.take(BOT, outcome(), judged(0.0))

    assert facts.due_s == float("inf")
    assert recorded(tmp_path).due_s == float("inf")


def test_a_refresh_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"line 2: Object missing required field"):
        recorded(tmp_path, FIRST, '{"number": 5}')


def test_a_tally_is_read_as_one(tmp_path: Path) -> None:
    path = tmp_path / "r"
    path.write_text(FIRST)

    assert refreshes_read(path)[0].classes == {KEY: Tally(1.0, 10.0, 10)}
