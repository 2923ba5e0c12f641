from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """Governance, one of the three apps of the console."""

    name = "governance"

    def ready(self) -> None:
        """Let every freeze by a detector contain what it may have spoiled, and count it."""
        from allauth.socialaccount.signals import social_account_added  # noqa: PLC0415
        from django.contrib.auth.signals import user_logged_in  # noqa: PLC0415

        from governance.events import (  # noqa: PLC0415 - the apps must be ready
            BreakerLatched,
            BreakerTripped,
            ProbationFailed,
        )
        from governance.services.events import event_subscribe  # noqa: PLC0415
        from governance.services.fleet_alarm import freeze_counted  # noqa: PLC0415
        from governance.services.providers import provider_linked  # noqa: PLC0415
        from governance.services.sessions import session_begun  # noqa: PLC0415
        from governance.services.tripping import trip_contained  # noqa: PLC0415

        user_logged_in.connect(session_begun)
        social_account_added.connect(provider_linked)
        for frozen in (BreakerTripped, BreakerLatched, ProbationFailed):
            event_subscribe(frozen, trip_contained)
            event_subscribe(frozen, freeze_counted)
