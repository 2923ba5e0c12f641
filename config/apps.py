from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Make ``manage.py up`` and the start-up checks known to Django."""

    name = "config"
