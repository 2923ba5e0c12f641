from __future__ import annotations

from typing import Any

from django.core.management.commands.migrate import Command as DjangoCommand

from governance.replay.uncollected import uncollected


class Command(DjangoCommand):
    # Every step builds all models anew: a search for garbage takes half of the time that it takes.
    def handle(self, *args: Any, **options: Any) -> None:
        with uncollected():
            super().handle(*args, **options)
