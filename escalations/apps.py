from django.apps import AppConfig


class EscalationsConfig(AppConfig):
    """Escalations, one of the three apps of the console."""

    name = "escalations"

    def ready(self) -> None:
        """Listen to governance, so that nothing is escalated without its ticket."""
        # Models exist only once the apps are loaded.
        from escalations.handlers import subscribe  # noqa: PLC0415
        from escalations.selectors.sealed import VOTES  # noqa: PLC0415
        from governance.selectors.sealed_kinds import sealed_subscribe  # noqa: PLC0415

        subscribe()
        sealed_subscribe(VOTES)
