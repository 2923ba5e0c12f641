"""Which version this is: from the one place that says so."""

import tomllib

from config.embedded.home import PROJECT

PRODUCT: str = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
