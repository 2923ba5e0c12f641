"""The demo fleet of ``manage.py up``: a shop whose example agents ask for permission."""

from config.demo.prepare import DemoAccess, SignIn, demo_prepare

__all__ = ["DemoAccess", "SignIn", "demo_prepare"]
