class EmbeddedServerError(RuntimeError):
    """An embedded server cannot be found, started or stopped; the message says what to do."""


class HomeInUseError(EmbeddedServerError):
    """Another stack runs in the same home folder."""
