from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from config.embedded import EmbeddedServerError, Home, account, embedded_stack
from config.embedded.account import NOBODY, Account, account_for
from tests.config.embedded.test_stack import HOLD_STACK
from tests.config.held import line_said, python_start

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
POSTGRES = Path("/bin/true")
# setpriv itself still starts a program with root's privileges; env has none.
WITHOUT_PRIVILEGES = (
    "setpriv", "--reuid={uid}", "--regid={uid}", "--clear-groups", "--inh-caps=-all",
    "--bounding-set=-all", "env",
)  # fmt: skip


def unprivileged(uid: int) -> tuple[str, ...]:
    return tuple(word.format(uid=uid) for word in WITHOUT_PRIVILEGES)


def python_of_everybody() -> str:
    """Return an interpreter of this version that nobody may run: root's own may be private."""
    for program in (sys.executable, shutil.which("python3", path="/usr/bin") or ""):
        words = [*unprivileged(NOBODY), program, "-c", "import sys; print(sys.version_info[:2])"]
        told = subprocess.run(words, capture_output=True, text=True, check=False)
        if told.stdout.strip() == str(sys.version_info[:2]):
            return program
    pytest.skip("no interpreter of this version is open to other users")


@AS_ROOT
@pytest.mark.parametrize("uid", [NOBODY, 54321], ids=["ordinary", "without passwd entry"])
def test_other_users_run_a_stack_of_their_own(uid: int) -> None:
    program = python_of_everybody()
    folder = Path(tempfile.mkdtemp(prefix="countersign-test-"))  # pytest's own are root's alone
    os.chown(folder, uid, uid)

    with python_start(
        HOLD_STACK, str(folder / "home"), prefix=unprivileged(uid), program=program
    ) as holder:
        url = line_said(holder)
        with psycopg.connect(url) as connection:
            row = connection.execute("SELECT 1").fetchone()
        owner = (folder / "home" / "postgres").stat().st_uid
        holder.communicate()

    shutil.rmtree(folder)
    assert (row, owner, holder.returncode) == ((1,), uid, 0)


@AS_ROOT
def test_root_without_user_namespaces_runs_as_nobody_in_a_private_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account, "MAPPED", ("no-such-unshare",))
    home = Home(tmp_path / "home")

    with embedded_stack(home, variables={}, durable=False) as stack:
        with psycopg.connect(stack.database_url) as connection:
            row = connection.execute("SELECT 1").fetchone()
        owner = home.postgres.stat().st_uid

    assert (row, owner) == ((1,), NOBODY)
    assert tmp_path.stat().st_mode & 0o777 == 0o700


@AS_ROOT
def test_cluster_follows_the_account_of_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    with monkeypatch.context() as patched:
        patched.setattr(account, "MAPPED", ("no-such-unshare",))
        with embedded_stack(home, variables={}, durable=False):
            pass

    with embedded_stack(home, variables={}, durable=False) as stack:
        psycopg.connect(stack.database_url).close()

    assert (home.postgres / "PG_VERSION").stat().st_uid == 0


def test_ordinary_users_keep_their_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: NOBODY)
    monkeypatch.setattr(os, "getegid", lambda: NOBODY)

    assert account_for(POSTGRES, tmp_path) == Account((), NOBODY, NOBODY)


def test_root_without_any_way_is_told_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(account, "MAPPED", ("no-such-unshare",))
    monkeypatch.setattr(account, "LOWERED", ("no-such-setpriv",))

    with pytest.raises(EmbeddedServerError, match="start as an ordinary user, or set DATABASE_URL"):
        account_for(POSTGRES, tmp_path)
