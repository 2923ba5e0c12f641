"""The import contracts hold, and each of them is able to fail.

Each case copies the tree's Python files, plants one forbidden import, and expects the linter to
name exactly the contract it breaks.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ("config", "dashboard", "escalations", "governance")
PLANTED = [
    (
        "Apps depend downwards only",
        "governance/selectors/clock.py",
        "import escalations.domain.deadlines",
    ),
    (
        "Inside governance: shells around a core",
        "governance/models/choices.py",
        "import governance.services.events",
    ),
    (
        "Inside governance: shells around a core",
        "governance/helpers.py",
        "",
    ),
    (
        "Inside escalations: shells around a core",
        "escalations/services/claims.py",
        "import escalations.tasks",
    ),
    (
        "Inside dashboard: pages around plain cards",
        "dashboard/pages/queue.py",
        "import dashboard.views.queue",
    ),
    (
        "Rules know no framework",
        "governance/domain/trust.py",
        "import django.db",
    ),
    (
        "Only governance touches its models",
        "escalations/services/claims.py",
        "import governance.models.agent",
    ),
    (
        "Only escalations touches its models",
        "dashboard/pages/queue.py",
        "import escalations.models.ticket",
    ),
    (
        "Only dashboard touches its models",
        "config/settings.py",
        "import dashboard.models.preferences",
    ),
    (
        "Siblings do not import each other in circles",
        "governance/domain/money.py",
        "import governance.domain.digest",
    ),
]


def _lint(folder: Path) -> str:
    ended = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(folder)},
    )
    return ended.stdout + ended.stderr


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code, so that a planted import never touches the real one."""
    folder = tmp_path_factory.mktemp("tree")
    for app in APPS:
        shutil.copytree(ROOT / app, folder / app, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder / "pyproject.toml")
    return folder


def test_every_contract_is_kept(tree: Path) -> None:
    report = _lint(tree)

    assert re.search(r"Contracts: \d+ kept, 0 broken\.", report), report


@pytest.mark.parametrize(("contract", "file", "line"), PLANTED)
def test_a_planted_import_is_caught(tree: Path, contract: str, file: str, line: str) -> None:
    path = tree / file
    before = path.read_text("utf-8") if path.exists() else None
    path.write_text(f"{before or ''}\n{line}\n", "utf-8")

    report = _lint(tree)

    if before is None:
        path.unlink()
    else:
        path.write_text(before, "utf-8")
    assert f"{contract} BROKEN" in report, report


def test_every_contract_has_a_case() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    names = set(re.findall(r'^name = "(.+)"\ntype = "', text, flags=re.MULTILINE))

    assert {contract for contract, _, _ in PLANTED} == names
