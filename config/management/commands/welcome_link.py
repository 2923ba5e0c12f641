from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.welcome_link import welcome_link


class Command(BaseCommand):
    help = "Print the link that begins the first run, while this installation has no people."

    def handle(self, *args: Any, **options: Any) -> None:
        link = welcome_link()
        if not link:
            raise CommandError(
                "This installation has people already: an admin invites more on the page of people"
                " of a fleet, and create_user makes them from here."
            )
        self.stdout.write(link)
