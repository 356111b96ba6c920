"""The choices for the recordings that are ticked in the list."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ....errors import SettingsError
from ....options.table import parse_option
from ....quantities import count_of
from ....workspace.settings_writer import SettingsWriter, Written
from ...answers import ChoiceOutcome, Fields, read_moment
from ...controls import name_language
from ...session import Session

_WriteFiles = Callable[[SettingsWriter, Sequence[str]], Written]
_AGAIN = {"again": True}
"""The whole list is shown again: a choice may move rows to another filter."""


def choose_leaving_out(session: Session, fields: Fields) -> ChoiceOutcome:
    """Leave the ticked recordings out."""
    return _decide(session, fields, "left out", lambda to, files: to.leave_out(files))


def choose_including(session: Session, fields: Fields) -> ChoiceOutcome:
    """Include the ticked recordings again."""
    return _decide(session, fields, "included again", lambda to, files: to.include_again(files))


def choose_settled(session: Session, fields: Fields) -> ChoiceOutcome:
    """Mark the ticked recordings as checked."""
    return _decide(session, fields, "fine as it is", lambda to, files: to.settle(files))


def choose_date(session: Session, fields: Fields) -> ChoiceOutcome:
    """Set when the ticked recordings began, in the zone in which the list shows dates."""
    zone = session.archive.options.zone
    began = read_moment(fields.text("value"), zone)
    words = f"began on {began:%Y-%m-%d} at {began:%H:%M} ({zone})"
    return _decide(
        session, fields, words, lambda to, files: to.set_option(files, "started_at", began)
    )


def choose_timezone(session: Session, fields: Fields) -> ChoiceOutcome:
    """Set the time zone of times without one."""
    return _set_option(session, fields, "timezone", "in the time zone {}".format)


def choose_language(session: Session, fields: Fields) -> ChoiceOutcome:
    """Set the language of the ticked recordings."""
    return _set_option(session, fields, "language", lambda code: f"in {name_language(code)}")


def _set_option(
    session: Session, fields: Fields, name: str, describe: Callable[[str], str]
) -> ChoiceOutcome:
    value = parse_option(name, fields.text("value"), "not written")
    words = describe(str(value))
    return _decide(session, fields, words, lambda to, files: to.set_option(files, name, value))


def _decide(session: Session, fields: Fields, said: str, write: _WriteFiles) -> ChoiceOutcome:
    numbers = fields.numbers("numbers")
    if not numbers:
        raise SettingsError("no recording is ticked")
    files = [session.find_file(number) for number in numbers]
    words = f"{count_of(len(files), 'recording')}: {said}"
    session.decide(words, lambda to: [write(to, files)])
    return ChoiceOutcome(data=_AGAIN)
