from typing import Any

from django.core.management.commands.migrate import Command as MigrateCommand

from config.migrating import searched_rarely


class Command(MigrateCommand):
    def handle(self, *args: Any, **options: Any) -> None:
        with searched_rarely():
            super().handle(*args, **options)
