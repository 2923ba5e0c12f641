"""Run a command that must not outlive its parent: ``leash.py PARENT_PID SIGNAL COMMAND...``.

It asks the kernel to send SIGNAL when the parent dies, then becomes the command. A process of its
own, because code between fork and exec is unsafe in a parent with threads; only the standard
library, because it is run with ``-I -S`` to start in a few milliseconds.
"""

from __future__ import annotations

import os
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def die_with_parent(signal_number: int) -> None:
    """Have the kernel send ``signal_number`` to this process when its parent dies (Linux only).

    Raises:
        OSError: if the kernel refuses.
    """
    if sys.platform != "linux":
        return
    import ctypes  # noqa: PLC0415 - costs milliseconds that other systems need not pay

    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal_number) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def main(arguments: list[str]) -> None:
    """Become the command, unless the parent has died meanwhile."""
    parent, signal_number, *command = arguments
    die_with_parent(int(signal_number))
    # A parent that died before the request above would never be noticed.
    if os.getppid() != int(parent):
        sys.exit(f"leash: parent {parent} is gone, {command[0]} is not started")
    os.execvp(command[0], command)  # noqa: S606 - an argument list, no shell


if __name__ == "__main__":
    main(sys.argv[1:])
