"""The characters that end a sentence."""

from __future__ import annotations

SENTENCE_MARKS = ".?!…。｡．？！؟۔।॥։።။។"
"""Of Latin, Greek and Cyrillic, Chinese and Japanese, Arabic, Urdu, Hindi, Armenian, Ethiopic,
Burmese and Khmer; for a character class of a regular expression."""
SENTENCE_ENDS = tuple(SENTENCE_MARKS)
"""For str.endswith."""
