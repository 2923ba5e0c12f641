from django.apps import AppConfig


class EscalationsConfig(AppConfig):
    """Escalations, one of the three apps of the console."""

    name = "escalations"

    def ready(self) -> None:
        """Listen to governance, so that nothing is escalated without its ticket."""
        # Models exist only once the apps are loaded.
        from escalations.handlers import subscribe  # noqa: PLC0415

        subscribe()
