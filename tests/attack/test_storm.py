"""A small share of `python -m tests.attack.storm`, with other cases in each run."""

from __future__ import annotations

from pathlib import Path
from random import Random

from tests.attack.scene import scene_served
from tests.attack.storm import Storm, report

CASES = 120


def test_every_answer_is_as_documented(tmp_path: Path) -> None:
    seed = Random().randrange(10**6)

    with scene_served(tmp_path) as scene:
        toll = Storm(scene, seed_=seed).run(cases=CASES)
        log = scene.errors() if any(status >= 500 for _, status, _ in toll.findings) else ""

    assert toll.findings == {}, f"--seed {seed}\n{report(toll, seconds=0)}\n{log}"
    # A storm that never gets past the door, or that only does, shows nothing.
    statuses = {status // 100 for _, _, status in toll.statuses}
    assert (toll.cases, statuses) == (CASES, {2, 4})
