import pytest

from governance.domain.backtest.answers import Answer, Asks, Kind, asks_of, kind_of
from governance.domain.types import BlastLevel, Preset, Tier, Verdict
from tests.governance.domain.backtest.answering import DENIED, MANAGER, ONE, RUNS, TWO, answer


@pytest.mark.parametrize(
    ("given", "asks"),
    [
        (RUNS, Asks.RUNS),
        (ONE, Asks.ONE),
        (TWO, Asks.TWO),
        (MANAGER, Asks.TWO_WITH_MANAGER),
        (DENIED, Asks.DENIED),
    ],
)
def test_an_answer_is_one_word(given: Answer, asks: Asks) -> None:
    assert asks_of(given) is asks


@pytest.mark.parametrize(
    ("base", "draft", "kind"),
    [
        (RUNS, DENIED, Kind.STOPPED),
        (ONE, DENIED, Kind.STOPPED),
        (RUNS, ONE, Kind.NEWLY_ASKED),
        (ONE, TWO, Kind.ASKED_MORE),
        (TWO, MANAGER, Kind.ASKED_MORE),
        (DENIED, RUNS, Kind.LET),
        (DENIED, ONE, Kind.LET),
        (ONE, RUNS, Kind.UNASKED),
        (MANAGER, TWO, Kind.ASKED_LESS),
        (RUNS, answer(Verdict.ALLOW, preset=Preset.CONSERVATIVE), Kind.LIMITS),
        (RUNS, answer(Verdict.ALLOW, level=BlastLevel.HIGH), Kind.LIMITS),
        (RUNS, answer(Verdict.ALLOW, tier=Tier.LOW, reason="Other words."), None),
        (DENIED, answer(Verdict.DENY, 2), None),
    ],
)
def test_answers_differ_in_one_way(base: Answer, draft: Answer, kind: Kind | None) -> None:
    assert kind_of(base, draft) is kind


def test_each_kind_tightens_or_loosens_but_limits() -> None:
    tightens = [kind for kind in Kind if kind.tightens]
    loosens = [kind for kind in Kind if kind.loosens]

    assert tightens == [Kind.STOPPED, Kind.NEWLY_ASKED, Kind.ASKED_MORE]
    assert loosens == [Kind.LET, Kind.UNASKED, Kind.ASKED_LESS]
