from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """Governance, one of the three apps of the console."""

    name = "governance"

    def ready(self) -> None:
        """Let every freeze by a detector contain what the agent may have spoiled."""
        from governance.events import (  # noqa: PLC0415 - the apps must be ready
            BreakerLatched,
            BreakerTripped,
            ProbationFailed,
        )
        from governance.services.events import event_subscribe  # noqa: PLC0415
        from governance.services.tripping import trip_contained  # noqa: PLC0415

        for frozen in (BreakerTripped, BreakerLatched, ProbationFailed):
            event_subscribe(frozen, trip_contained)
