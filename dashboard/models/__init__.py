from dashboard.models.preferences import Preferences

__all__ = ["Preferences"]
