"""An embedded database of another major version, by dump and load."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.backup_manifest import manifest_read
from config.embedded import EmbeddedServerError, Home, embedded_stack
from config.embedded.postgres import postgres_find, postgres_major, postgres_of_cluster
from tests.backup.installation import Installation
from tests.backup.shop import PREPARE

OLD = next(
    (
        folder
        for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        if (folder / "initdb").exists() and postgres_major(folder) < postgres_major(postgres_find())
    ),
    None,
)


@pytest.mark.skipif(OLD is None, reason="this machine has no second, older PostgreSQL")
def test_a_cluster_of_an_older_major_is_dumped_by_its_own_programs_and_loaded_anew(
    tmp_path: Path,
) -> None:
    site, dump = Installation(Home(tmp_path / "home")), tmp_path / "old.dump"
    assert OLD is not None
    with site.database(programs=OLD):
        site.done("migrate", "-v0")
        site.done("shell", "-v0", "-c", PREPARE)

    # As the page says, step by step.
    refused = site.manage("up", "--no-demo", "--port", "18740")
    site.done("backup", str(dump))
    site.home.postgres.rename(site.home.root / "postgres.before")
    restored = site.done("restore", str(dump))

    major = postgres_major(postgres_find())
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    assert f"was laid by PostgreSQL {postgres_major(OLD)}, this is PostgreSQL {major}" in (
        refused.stderr
    )
    assert manifest_read(dump).postgres == postgres_major(OLD)
    assert (site.home.postgres / "PG_VERSION").read_text().strip() == str(major)
    assert "are as its manifest says" in restored
    assert "backup" in refused.stderr
    assert "restore" in refused.stderr


@pytest.fixture
def foreign_home(tmp_path: Path) -> Home:
    """A home whose cluster says that a major version laid it which is not on this machine."""
    home = Home(tmp_path / "home")
    with embedded_stack(home, variables={}, durable=False):
        pass
    (home.postgres / "PG_VERSION").write_text("12\n")
    return home


def test_a_cluster_of_a_major_that_is_not_there_is_refused_with_the_two_commands(
    foreign_home: Home,
) -> None:
    refused = Installation(foreign_home).manage("up", "--no-demo", "--port", "18740")

    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    for words in ("python manage.py backup FILE", "python manage.py restore FILE"):
        assert words in " ".join(refused.stderr.split())


def test_a_backup_of_it_says_which_version_is_missing(foreign_home: Home, tmp_path: Path) -> None:
    refused = Installation(foreign_home).manage("backup", str(tmp_path / "x.dump"))

    assert refused.returncode == 1
    assert "was laid by PostgreSQL 12, which is not on this machine" in refused.stderr
    assert list(tmp_path.glob("*x.dump*")) == []


def test_the_programs_of_a_cluster_are_those_of_its_version(foreign_home: Home) -> None:
    with pytest.raises(EmbeddedServerError, match="PostgreSQL 12"):
        postgres_of_cluster(foreign_home)
    (foreign_home.postgres / "PG_VERSION").write_text(f"{postgres_major(postgres_find())}\n")

    assert postgres_of_cluster(foreign_home) == postgres_find()
