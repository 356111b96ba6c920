"""How files of Granola begin."""

from __future__ import annotations

import re

LIST_BEGINNING = r"\s*(?:\{\s*\"(?:documents|notes|meetings)\"\s*:\s*)?\["
CACHE = re.compile(
    r"\s*\{\s*\"cache\"\s*:\s*(?:(?P<escaped>\"\s*\{(?:\s|\\[nrt])*\\\"(?:state|version)\\\")"
    r"|\{\s*\"(?:state|version)\")"
)
"""The beginning of a cache. escaped: the inner JSON is a text."""
_LIST_OF_OBJECTS = re.compile(LIST_BEGINNING + r"\s*\{")
_TRANSCRIPT = re.compile(
    r'"transcript"\s*:\s*\[\s*\{[^{}\[\]]{0,2000}?"start_time(?:stamp)?"\s*:\s*"\d{4}-'
)
_SOURCE = re.compile(r'"source"\s*:\s*"(?:microphone|system)"')


def is_cache(text: str) -> bool:
    """Whether it begins as the cache of the app."""
    return CACHE.match(text) is not None


def holds_many(text: str) -> bool:
    """Whether it begins as a cache, or as a list of meetings."""
    if is_cache(text):
        return True
    return bool(_LIST_OF_OBJECTS.match(text) and _SOURCE.search(text) and _TRANSCRIPT.search(text))
