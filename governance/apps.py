from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """Governance, one of the three apps of the console."""

    name = "governance"
