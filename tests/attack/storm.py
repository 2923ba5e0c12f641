"""Random requests against every call of the OpenAPI document: ``python -m tests.attack.storm``.

Serves a fresh installation by the web processes of ``manage.py up`` and sends it cases that
schemathesis generates, right and wrong ones, as every kind of caller: nobody, a key of each scope,
of all and of one agent, and personal tokens of each role and of an outsider. No answer may be a
server error, or have a status, a media type or a body that the document does not tell of.

``--cases N`` in all, ``--seed S`` for the same cases again, ``--only TEXT`` for callers and calls
whose names hold it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.attack.scene import scene_served
from tests.attack.stock import Stock, body_of

if TYPE_CHECKING:
    from typing import TypeAlias

    from schemathesis import APIOperation
    from schemathesis import Case as AnyCase

    from tests.attack.scene import Scene

    Operation: TypeAlias = APIOperation[Any, Any, Any, Any]
    Case: TypeAlias = AnyCase[Any]

CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
CALL_S = 60
# How many cases who may call is given for each one of who may not.
MAY = 6
# Of three cases two are what the document allows and one is not.
WRONG_EVERY = 3


@dataclass
class Toll:
    """What was sent and what was wrong with the answers."""

    statuses: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    findings: dict[tuple[str, int, str], str] = field(default_factory=dict)
    seen: Counter[tuple[str, int, str]] = field(default_factory=Counter)

    @property
    def cases(self) -> int:
        """Return how many cases were sent."""
        return self.statuses.total()

    def by_caller(self) -> Counter[tuple[str, int]]:
        """Return how often each caller was answered with each status."""
        counted: Counter[tuple[str, int]] = Counter()
        for (caller, _, status), count in self.statuses.items():
            counted[caller, status] += count
        return counted


def may_call(caller: str, operation: Operation) -> bool:
    """Return whether the document lets such a caller try: a refusal at the door shows little."""
    told = operation.definition.raw
    if caller.startswith("token"):
        return bool(told["x-person"])
    scopes = told["x-scopes"]
    return bool(scopes) if caller.startswith("key of") else caller.removeprefix("key ") in scopes


class Storm:
    """Sends cases and keeps the toll."""

    def __init__(self, scene: Scene, *, seed_: int) -> None:
        """Read the document that the scene serves and stock up on what there is to ask about."""
        self.scene, self.seed = scene, seed_
        document = requests.get(f"{scene.root}/openapi.json", timeout=CALL_S).json()
        self.schema = schemathesis.openapi.from_dict(document)
        # What is no operation fails here: the document is ours.
        found: Any = self.schema.get_all_operations()
        self.operations: list[Operation] = [each.ok() for each in found]
        self.stock = Stock(scene, Random(seed_))
        self.session = requests.Session()
        self.toll = Toll()

    def run(self, *, cases: int, only: str = "") -> Toll:
        """Send ``cases`` in all, spread evenly over callers and calls."""
        pairs = [
            (caller, operation)
            for operation in self.operations
            for caller in self.scene.callers
            if only in f"{caller} {self.name(operation)}"
        ]
        # Where there are fewer cases than pairs, another seed meets other pairs.
        Random(self.seed).shuffle(pairs)
        weights = [MAY if may_call(*pair) else 1 for pair in pairs]
        total, reached = sum(weights), 0
        for pair, weight in zip(pairs, weights, strict=True):
            share = (reached + weight) * cases // total - reached * cases // total
            reached += weight
            if share:
                self.attack(*pair, cases=share)
        return self.toll

    def name(self, operation: Operation) -> str:
        """Return method and path."""
        return f"{operation.method.upper()} {operation.path}"

    def attack(self, caller: str, operation: Operation, *, cases: int) -> None:
        """Send that many cases of one call as one caller."""
        if may_call(caller, operation):
            self.stock.renew()
        wrong = cases // WRONG_EVERY
        sent = 0
        if wrong:
            sent = self._generate(caller, operation, GenerationMode.NEGATIVE, wrong)
        self._generate(caller, operation, GenerationMode.POSITIVE, cases - sent)

    def _generate(self, caller: str, operation: Operation, mode: GenerationMode, cases: int) -> int:
        """Return how many cases could be generated and were sent."""
        before = self.toll.cases

        @seed(f"{self.seed} {caller} {self.name(operation)} {mode.value}")
        @settings(
            max_examples=cases,
            phases=[Phase.generate],
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def send(case: Case) -> None:
            if self.toll.cases - before < cases:
                self.send(caller, case)

        try:
            send()
        except Unsatisfiable:
            # A call without parameters and body cannot be called wrongly.
            return 0
        return self.toll.cases - before

    def send(self, caller: str, case: Case) -> None:
        """Send one case and look at the answer."""
        self.stock.furnish(case)
        token = self.scene.callers[caller]
        signed = {"Authorization": f"Bearer {token}"} if token else {}
        for name in ("Authorization", "Cookie"):
            case.headers.pop(name, None)
        case.cookies = {}
        answered = case.call(
            base_url=self.scene.root, session=self.session, headers=signed, timeout=CALL_S
        )
        name = self.name(case.operation)
        self.toll.statuses[caller, name, answered.status_code] += 1
        if answered.status_code < 400:
            self.stock.learn(case, body_of(answered.text))
        try:
            case.validate_response(answered, checks=CHECKS)
        except FailureGroup as failures:
            for failure in failures.exceptions:
                kind = (name, answered.status_code, failure.__class__.__name__)
                told = f"{caller}: {case!r}\n{failure}\n{answered.text[:600]}"
                self.toll.findings.setdefault(kind, told)
                self.toll.seen[kind] += 1


def report(toll: Toll, *, seconds: float) -> str:
    """Return what a person reads: counts by caller and status, by call, and each finding once."""
    by_caller = toll.by_caller()
    statuses = sorted({status for _, status in by_caller})
    callers = dict.fromkeys(caller for caller, _ in by_caller)
    lines = [f"{'caller':<24}" + "".join(f"{status:>7}" for status in statuses)]
    for caller in callers:
        counts = "".join(f"{by_caller[caller, status]:>7}" for status in statuses)
        lines.append(f"{caller:<24}{counts}")
    calls: dict[str, Counter[int]] = {}
    for (_, call, status), count in sorted(toll.statuses.items()):
        calls.setdefault(call, Counter())[status] += count
    lines += ["", f"{'call':<52}{'cases':>7}  by status"]
    for call, counted in calls.items():
        told = ", ".join(f"{status}: {count}" for status, count in sorted(counted.items()))
        lines.append(f"{call:<52}{counted.total():>7}  {told}")
    for kind, told in toll.findings.items():
        lines += ["", f"{' '.join(map(str, kind))} ({toll.seen[kind]} times)", told]
    wrong = f"{len(toll.findings)} kinds of wrong answers"
    lines += ["", f"{toll.cases:,} cases in {seconds:.0f} s, {wrong}"]
    return "\n".join(lines)


def main() -> int:
    """Attack, print, and return 0 if every answer was as documented."""
    options = _options()
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="cs-storm-")))
        scene = running.enter_context(scene_served(folder))
        began = time.monotonic()
        toll = Storm(scene, seed_=options.seed).run(cases=options.cases, only=options.only)
        print(report(toll, seconds=time.monotonic() - began))
        print(f"--seed {options.seed}")
        if any(status >= 500 for _, status, _ in toll.findings):
            print(scene.errors())
    return 1 if toll.findings else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=int, default=10_000, help="cases in all")
    parser.add_argument("--seed", type=int, default=Random().randrange(10**6))
    parser.add_argument("--only", default="", help="callers and calls whose names hold this")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
