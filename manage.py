#!/usr/bin/env python
import os
import sys

from django.core.management import execute_from_command_line
from django.db import OperationalError

from config.embedded import environment_complete, home_named

# These go on with an installation and never begin one.
NEEDS_ONE = {"adopt", "backup"}

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    command = (sys.argv[1:2] or [""])[0]
    # A command that is told no database means the one that `up` embeds.
    if command == "up" or "DATABASE_URL" not in os.environ:
        home = home_named()
        if command in NEEDS_ONE and "--help" not in sys.argv and not home.postgres.exists():
            sys.exit(
                f"There is no installation in {home.root}: name its folder in COUNTERSIGN_HOME, or"
                " its database in DATABASE_URL. Nothing was done."
            )
        environment_complete(os.environ, home)
    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(
            f"The database does not answer: {str(error).strip().splitlines()[0]}\n"
            "Start `make demo`, or `manage.py up --no-demo` for an installation of your own, with"
            " the same COUNTERSIGN_HOME if you set one; or name a DATABASE_URL. Nothing was done."
        )
