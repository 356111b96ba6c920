"""Recognizes lines that are not turns: silence, and Audacity's notes."""

from __future__ import annotations

FREQUENCIES = "\\\t"
"""How Audacity begins a line with the frequencies of the label before."""
_SILENCE = frozenset(["sil", "silence", "pau", "pause", "non-speech", "nonspeech", "noise", "#"])


def is_silence(label: str) -> bool:
    """Whether a label means silence."""
    return label.casefold() in _SILENCE
