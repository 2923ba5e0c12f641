"""How much processor the web processes of a bench have used."""

from __future__ import annotations

import os
from pathlib import Path

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
# Of `/proc/PID/stat`, counted from what follows the name: see proc_pid_stat(5).
PARENT, IN_USER, IN_SYSTEM = 1, 11, 12


def web_processor_s() -> float:
    """Return the seconds of the web processes that this one started; 0 where there is no /proc."""
    used = 0.0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            told = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            # It has ended meanwhile.
            continue
        if b"config.web" in command and int(told[PARENT]) == os.getpid():
            used += (int(told[IN_USER]) + int(told[IN_SYSTEM])) / TICKS_A_SECOND
    return used
