"""Report: what happened, as `report` writes it, to look at and to keep."""

from .routes import PLACE

__all__ = ["PLACE"]
