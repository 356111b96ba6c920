"""What can be chosen for the recordings that are ticked in the list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

from ....errors import SettingsError
from ....quantities import count_of
from ....workspace.settings_writer import SettingsWriter, Written
from ...answers import Fields, Outcome
from ...session import Session

_WriteFiles = Callable[[SettingsWriter, Sequence[str]], Written]
_AGAIN = {"again": True}
"""The list is shown anew: a choice may move rows to another filter."""


def choose_leaving_out(session: Session, fields: Fields) -> Outcome:
    """Leave them out."""
    return _decide(session, fields, "left out", lambda to, files: to.leave_out(files))


def choose_taking_in(session: Session, fields: Fields) -> Outcome:
    """Take them in again."""
    return _decide(session, fields, "taken in again", lambda to, files: to.take_in(files))


def choose_settled(session: Session, fields: Fields) -> Outcome:
    """They are fine as they are."""
    return _decide(session, fields, "fine as it is", lambda to, files: to.settle(files))


def choose_timezone(session: Session, fields: Fields) -> Outcome:
    """Times without a zone are in this one."""
    zone = fields.text("value")
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        message = f"{zone!r} is not a time zone; write one such as Europe/Berlin"
        raise SettingsError(message) from None
    said = f"in the time zone {zone}"
    return _decide(session, fields, said, lambda to, files: to.set_option(files, "timezone", zone))


def choose_language(session: Session, fields: Fields) -> Outcome:
    """They are in this language."""
    language = fields.text("value")
    said = f"in the language {language}"
    return _decide(
        session, fields, said, lambda to, files: to.set_option(files, "language", language)
    )


def _decide(session: Session, fields: Fields, said: str, write: _WriteFiles) -> Outcome:
    numbers = fields.numbers("numbers")
    if not numbers:
        raise SettingsError("no recording is ticked")
    files = [session.find_file(number) for number in numbers]
    words = f"{count_of(len(files), 'recording')}: {said}"
    session.decide(words, lambda to: [write(to, files)])
    return Outcome(data=_AGAIN)
