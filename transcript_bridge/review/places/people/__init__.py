"""People: who is who in all recordings, and voices without a name, one after the other."""

from .routes import PLACE

__all__ = ["PLACE"]
