from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """Dashboard, one of the three apps of the console."""

    name = "dashboard"
