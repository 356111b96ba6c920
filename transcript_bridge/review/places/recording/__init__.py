"""One recording: who speaks in it, when it began, and what will be sent."""

from .routes import PLACE

__all__ = ["PLACE"]
