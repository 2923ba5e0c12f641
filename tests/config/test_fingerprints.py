"""Fingerprinted static files: a page never meets the scripts of another release."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from config.fingerprints import FingerprintedStorage

MARK = re.compile(r"\.[0-9a-f]{12}\.js$")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    pages, lib = tmp_path / "pages", tmp_path / "lib"
    pages.mkdir()
    lib.mkdir()
    (pages / "queue.js").write_text('import { far } from "../lib/far.js";\nfar();\n')
    (lib / "far.js").write_text("export const far = () => 1;\n")
    return tmp_path


def collected(tree: Path) -> FingerprintedStorage:
    storage = FingerprintedStorage(location=str(tree), base_url="/static/")
    paths = {
        str(path.relative_to(tree)): (storage, str(path.relative_to(tree)))
        for path in tree.rglob("*.js")
    }
    failures = [done for _, _, done in storage.post_process(paths) if isinstance(done, Exception)]
    assert failures == []
    return storage


def test_a_module_imports_its_modules_by_their_fingerprints(tree: Path) -> None:
    storage = collected(tree)

    page = (tree / storage.stored_name("pages/queue.js")).read_text()

    assert Path(storage.stored_name("lib/far.js")).name in page
    assert MARK.search(storage.stored_name("lib/far.js"))


def test_a_change_far_below_renames_the_page_and_the_release(tree: Path) -> None:
    before = collected(tree)
    old = before.stored_name("pages/queue.js"), before.manifest_hash
    for made in tree.rglob("*"):
        if made.is_file() and (MARK.search(made.name) or made.suffix in {".gz", ".json"}):
            made.unlink()
    (tree / "lib" / "far.js").write_text("export const far = () => 2;\n")

    after = collected(tree)

    assert after.stored_name("pages/queue.js") != old[0]
    assert after.manifest_hash != old[1]


def test_servers_fingerprint_their_files() -> None:
    from config.settings import STORAGES  # noqa: PLC0415 - tests run with another storage

    assert STORAGES["staticfiles"]["BACKEND"] == "config.fingerprints.FingerprintedStorage"
    assert settings.STATICFILES_FINDERS == ["django.contrib.staticfiles.finders.FileSystemFinder"]
