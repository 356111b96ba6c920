"""Transcript Bridge: transcripts in, Omi conversations out."""

__version__ = "0.1.0"
