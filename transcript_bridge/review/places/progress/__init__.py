"""Progress: how far the archive is in Omi, what was set aside, and undo."""

from .routes import PLACE

__all__ = ["PLACE"]
