from django.apps import AppConfig


class EscalationsConfig(AppConfig):
    """Escalations, one of the three apps of the console."""

    name = "escalations"
