"""The list of all recordings: what is ready, what needs a decision, what cannot be read."""

from .routes import PLACE

__all__ = ["PLACE"]
