from dashboard.consumers.live import LiveConsumer, refuse_unknown_path

__all__ = ["LiveConsumer", "refuse_unknown_path"]
