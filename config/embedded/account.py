"""The account PostgreSQL runs under: it refuses root and accounts without a passwd entry."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.embedded.errors import EmbeddedServerError

if TYPE_CHECKING:
    from pathlib import Path

NOBODY = 65534
# The kernel sees the real account; the process, and only it, sees itself as nobody.
MAPPED = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}")
# Where user namespaces are off (as in most containers): really nobody, with the one privilege to
# walk through private parent directories, so that no permission of theirs has to change.
_ONLY = "-all,+dac_override"
LOWERED = (
    "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs",
    f"--inh-caps={_ONLY}", f"--ambient-caps={_ONLY}", f"--bounding-set={_ONLY}",
)  # fmt: skip
# Tries instead of asking: access(2) leaves privileges out of account.
_REACHES = (
    "import os, sys; program, folder = sys.argv[1:]; probe = f'{folder}/probe.{os.getpid()}';"
    "os.mkdir(probe); os.rmdir(probe); os.execv(program, [program, '--version'])"
)


@dataclass(frozen=True, slots=True)
class Account:
    """A command prefix that changes the account, and who then owns the files on disk."""

    prefix: tuple[str, ...]
    uid: int
    gid: int


def account_for(program: Path, folder: Path) -> Account:
    """Return the account under which ``program`` can run and write to ``folder``.

    Raises:
        EmbeddedServerError: as root (or without a passwd entry) where neither way works.
    """
    own = Account((), os.geteuid(), os.getegid())
    if own.uid != 0 and _has_passwd_entry(own.uid):
        return own
    mapped = Account(MAPPED, own.uid, own.gid)
    lowered = Account(LOWERED, NOBODY, NOBODY)
    for account in (mapped, lowered) if own.uid == 0 else (mapped,):
        if account_works(account, program, folder):
            return account
    message = (
        f"PostgreSQL does not run as uid {own.uid}, and neither unshare nor setpriv can change it "
        "here: start as an ordinary user, or set DATABASE_URL"
    )
    raise EmbeddedServerError(message)


def account_works(account: Account, program: Path, folder: Path) -> bool:
    """Return whether the account can be taken on and reaches both paths."""
    if shutil.which(account.prefix[0]) is None:
        return False
    probe = (*account.prefix, sys.executable, "-I", "-S", "-c", _REACHES, str(program), str(folder))
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def _has_passwd_entry(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True
