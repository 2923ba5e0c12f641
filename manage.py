#!/usr/bin/env python
import os
import sys

from django.core.management import execute_from_command_line
from django.db import OperationalError

from config.embedded import environment_complete, home_named

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # A command that is told no database means the one that `up` embeds.
    if sys.argv[1:2] == ["up"] or "DATABASE_URL" not in os.environ:
        environment_complete(os.environ, home_named())
    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(
            f"The database does not answer: {str(error).strip().splitlines()[0]}\n"
            "Start `make demo`, with the same COUNTERSIGN_HOME if you set one, or name a"
            " DATABASE_URL. Nothing was done."
        )
