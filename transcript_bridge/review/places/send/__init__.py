"""Send: the plan in words, the key, and the button."""

from .routes import PLACE

__all__ = ["PLACE"]
