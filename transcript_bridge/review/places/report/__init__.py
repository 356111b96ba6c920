"""Report: the report of the command `report`, to look at and to save."""

from .routes import PLACE

__all__ = ["PLACE"]
