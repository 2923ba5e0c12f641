"""What others wrote and the console serves: unchanged, named, with its licence."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from django.conf import settings

FOLDER = Path(settings.STATICFILES_DIRS[0]) / "vendor" / "plotly-basic"
SUMS = [line.split() for line in (FOLDER / "SHA256SUMS").read_text().splitlines()]


@pytest.mark.parametrize(("digest", "name"), SUMS)
def test_a_vendored_file_is_what_its_author_released(digest: str, name: str) -> None:
    assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == digest


def test_the_version_named_is_the_version_served() -> None:
    named = re.search(r"Version (\S+),", (FOLDER / "README.md").read_text())

    assert named
    assert f"(basic - minified) v{named[1]}\n" in (FOLDER / "plotly-basic.min.js").read_text()[:200]


def test_the_licence_is_beside_it_and_named_in_the_readme() -> None:
    readme = (settings.BASE_DIR / "README.md").read_text()

    assert "MIT License" in (FOLDER / "LICENSE").read_text()
    assert "(static/vendor/plotly-basic/README.md)" in readme


def test_the_bundle_compiles_no_text() -> None:
    assert not re.search(
        r"\beval\(|\bnew Function\(|[^.\w]Function\(", (FOLDER / "plotly-basic.min.js").read_text()
    )
