"""Messages about the inputs of `upload` that do not concern single conversations: dates and
owner."""

from __future__ import annotations

from typing import Any

from ..dating.finder import Began
from ..errors import name_input
from ..pipeline import Loaded
from .output import say

NO_OWNER = "no speaker is marked as you (--me, or a speaker map)"


class LoadedInputs:
    """The inputs that were read in this run."""

    def __init__(self) -> None:
        self._began: dict[str, Began] = {}
        self._zones: dict[str, str] = {}
        self._without_owner: list[str] = []

    def add(self, name: str, loaded: Loaded) -> None:
        """name: as the user wrote it."""
        self._began[name] = loaded.began
        self._zones[name] = loaded.options.zone
        if not loaded.transcript.utterances:
            say(f"{name_input(name)}: it has no speech; there is nothing to send", mark="warning")
            return
        voices = loaded.options.speakers.assign(loaded.transcript.speakers())
        if not any(voice.is_user for voice in voices.values()):
            self._without_owner.append(name)

    def describe_date(self, name: str) -> dict[str, Any]:
        """Data about the date for JSON; empty for an input that was not read because all of it was
        sent."""
        began = self._began.get(name)
        if began is None:
            return {}
        is_guessed = began.start_source == "guessed"
        return {"date_source": began.source, "date_is_guessed": is_guessed}

    def find_date_source(self, name: str) -> tuple[str, str]:
        """The source of an input's start, and the time zone in which it is shown."""
        return self._began[name].source, self._zones[name]

    def say_without_owner(self) -> None:
        """Print in how many inputs no speaker is the owner."""
        count = len(self._without_owner)
        if not count:
            return
        where = f"{name_input(self._without_owner[0])}: "
        if len(self._began) > 1:
            where = f"in {count:,} of {len(self._began):,} inputs "
        say(where + NO_OWNER, mark="warning")
