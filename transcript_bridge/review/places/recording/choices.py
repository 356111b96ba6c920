"""The choices on the page of a recording, and how they are written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from ....archive.voices.anonymous_labels import is_anonymous
from ....archive.voices.naming import name_voices
from ....errors import SettingsError
from ....report.html import Markup
from ....shaping.relabeling import give_rest
from ....workspace.settings_writer import SettingsWriter, Written
from ...answers import ChoiceOutcome, Fields, read_moment
from ...contents import find_reasons
from ...opened import OpenedRecording, VoiceRow
from ...session import Session, Write
from ...wording import NAMELESS_OWNER
from .markup import render_date, render_decisions, render_facts, render_reasons
from .questions import ask_for_files, ask_if_same, ask_which_name
from .voices import render_voices

# ---- who is who


def choose_name(session: Session, fields: Fields) -> ChoiceOutcome:
    """Say who speaks under a label, here or in all files that have it."""
    opened = session.open_recording(fields.number("number"))
    voice = opened.find_voice(fields.number("voice"))
    name = " ".join(fields.text("name").split())
    if not name or name == voice.label:
        return _take_name_back(session, opened, voice)
    same = _find_same(opened, voice, name)
    is_sure = fields.flag("anyway", False)
    if same is not None and not is_sure:
        return _ask(session, opened, ask_if_same(opened, voice, same))
    files = session.count_files(voice.label)
    if voice.label is not None and not is_anonymous(voice.label) and files > 1 and not is_sure:
        return _ask(session, opened, ask_for_files(opened, voice, name, files))
    said = f"{voice.called} is {name} here"
    if fields.flag("everywhere", False) and voice.label is not None:
        label = voice.label
        said = f"{label} is {name} in all {files:,} files"
        return _decide(session, opened, said, lambda to: [to.one_person([label, name], name)])
    if _is_speech_among_labels(opened, voice):
        return _give_rest(session, opened, said, name)
    file = opened.form.absolute
    return _decide(session, opened, said, lambda to: [to.name_voice(file, voice.label, name)])


def _is_speech_among_labels(opened: OpenedRecording, voice: VoiceRow) -> bool:
    """Whether it is speech without a label in a file that has labels: a map has no name for
    that."""
    return voice.label is None and len(opened.labels) > 1


def _give_rest(
    session: Session, opened: OpenedRecording, said: str, name: str, owner: str | None = None
) -> ChoiceOutcome:
    """Give all speech without a label to a person. owner: who the owner is; written first."""
    file = opened.form.absolute
    changes = give_rest(opened.options.during, name)

    def write(to: SettingsWriter) -> Iterator[Written]:
        if owner is not None:
            yield to.set_me(file, None, owner)
        yield to.set_label_changes(file, changes)

    session.decide(said, write)
    return ChoiceOutcome(data={"again": True})


def _take_name_back(session: Session, opened: OpenedRecording, voice: VoiceRow) -> ChoiceOutcome:
    said = f"{voice.called} has no name here any more"
    file = opened.form.absolute
    return _decide(session, opened, said, lambda to: [to.name_voice(file, voice.label, None)])


def _find_same(opened: OpenedRecording, voice: VoiceRow, name: str) -> VoiceRow | None:
    """Another voice of the recording that has this name, or this label."""
    for other in opened.voices:
        names = {other.known_name.casefold(), (other.label or "").casefold()}
        if other.place != voice.place and name.casefold() in names:
            return other
    return None


def choose_me(session: Session, fields: Fields) -> ChoiceOutcome:
    """Say that a voice is the owner."""
    opened = session.open_recording(fields.number("number"))
    voice = opened.find_voice(fields.number("voice"))
    owner = session.owner or voice.known_name or NAMELESS_OWNER
    file = opened.form.absolute
    said = f"{voice.called} is you here"
    if _is_speech_among_labels(opened, voice):
        return _give_rest(session, opened, said, owner, owner)
    return _decide(session, opened, said, lambda to: [to.set_me(file, voice.label, owner)])


def choose_absent(session: Session, fields: Fields) -> ChoiceOutcome:
    """Say that the owner does not speak in it."""
    opened = session.open_recording(fields.number("number"))
    file = opened.form.absolute
    return _decide(
        session, opened, "You are not in this recording", lambda to: [to.not_me_here(file)]
    )


def choose_merge(session: Session, fields: Fields) -> ChoiceOutcome:
    """Say that several voices are one person; first ask which name stays."""
    opened = session.open_recording(fields.number("number"))
    voices = [opened.find_voice(place) for place in fields.numbers("voices")]
    if len(voices) < 2:
        raise SettingsError("tick two voices or more that are one person")
    name = fields.text("name") if fields.has("name") else ""
    if not name:
        return _ask(session, opened, ask_which_name(opened, voices))
    labels = [voice.label for voice in voices]
    file = opened.form.absolute
    said = f"{' and '.join(voice.called for voice in voices)} are one person, {name}, here"
    return _decide(session, opened, said, lambda to: [to.merge(file, labels, name)])


def choose_keep_names(session: Session, fields: Fields) -> ChoiceOutcome:
    """Put names in front of the words in all recordings, or not."""
    opened = session.open_recording(fields.number("number"))
    keep = fields.flag("keep")
    said = "Names are put in front of the words" if keep else "Names are not put into the words"
    return _decide(
        session,
        opened,
        f"{said}, in all recordings",
        lambda to: [to.set_for_all("keep_names", True if keep else None)],
    )


def _ask(session: Session, opened: OpenedRecording, question: Markup) -> ChoiceOutcome:
    """Show a question; nothing is written before its answer."""
    part = render_voices(opened, session.list_people(), question)
    words = "Please answer the question below the names."
    return ChoiceOutcome(parts={"voices": part}, data={"ask": True, "said": words})


def _decide(session: Session, opened: OpenedRecording, said: str, write: Write) -> ChoiceOutcome:
    """Write a choice about who is who, and show it."""
    session.decide(said, write)
    return show_voices(session, opened.with_options(session.archive.options))


def show_voices(session: Session, opened: OpenedRecording) -> ChoiceOutcome:
    """The parts of the page that depend on names."""
    names = {str(voice.place): voice.name for voice in opened.voices}
    parts = {
        "voices": render_voices(opened, session.list_people()),
        "facts": render_facts(opened),
        "reasons": render_reasons(find_open_reasons(session, opened)),
    }
    colors = {str(voice.place): voice.color for voice in opened.voices}
    return ChoiceOutcome(parts=parts, data={"names": names, "colors": colors})


# ---- when, and in which language


def choose_date(session: Session, fields: Fields) -> ChoiceOutcome:
    """Set when it began, its zone and its language; only what has changed is written."""
    number = fields.number("number")
    opened = session.open_recording(number)
    zone = fields.text("zone")
    began = read_moment(f"{fields.text('date')}T{fields.text('time')}", zone)
    language = fields.text("language")
    writes = list(_list_writes(opened, began, zone, language))
    if not writes:
        return ChoiceOutcome(said="Nothing has changed.")
    said = f"It began on {began:%Y-%m-%d} at {began:%H:%M:%S} ({zone})"
    if language != (opened.options.language or ""):
        said += f", in {language or 'the language that the file states'}"

    def write(to: SettingsWriter) -> Iterator[Written]:
        for name, value in writes:
            yield to.set_option([opened.form.absolute], name, value)

    session.decide(said, write)
    return show_date(session, number)


def _list_writes(
    opened: OpenedRecording, began: datetime, zone: str, language: str
) -> Iterator[tuple[str, object]]:
    """(option, value) for everything that differs from what is shown."""
    shown_zone = opened.options.zone
    shown = None
    if opened.began is not None:
        local = opened.began.astimezone(ZoneInfo(shown_zone))
        shown = local.replace(tzinfo=None, microsecond=0)
    if began.replace(tzinfo=None) != shown:
        yield "started_at", began
    if zone != shown_zone:
        yield "timezone", zone
    if language != (opened.options.language or ""):
        yield "language", language or None


def choose_file_date(session: Session, fields: Fields) -> ChoiceOutcome:
    """Go back to the date of the file."""
    number = fields.number("number")
    opened = session.open_recording(number)
    file = opened.form.absolute
    session.decide("The date is what the file says again", lambda to: [to.set_date(file, None)])
    return show_date(session, number)


def show_date(session: Session, number: int) -> ChoiceOutcome:
    """The parts of the page that depend on the date."""
    opened = session.open_recording(number)
    parts = {
        "when": render_date(opened),
        "facts": render_facts(opened),
        "reasons": render_reasons(find_open_reasons(session, opened)),
    }
    return ChoiceOutcome(parts=parts)


def find_open_reasons(session: Session, opened: OpenedRecording) -> Sequence[str]:
    """Why the recording needs a decision, with the present choices.

    The ledger is not read again: its entries are as they were when the archive was read.
    """
    contents = session.contents
    entry = contents.find_entry(opened.number) if contents is not None else None
    if entry is None:
        return ()
    options = session.archive.options
    named = name_voices(entry.recording, entry.summary, options)
    current = entry._replace(summary=named.summary, began=opened.loaded.began)
    return find_reasons(current, options)


# ---- the recording as a whole


def choose_leaving_out(session: Session, fields: Fields) -> ChoiceOutcome:
    """Leave it out; the list is shown next, where it can be included again."""
    opened = session.open_recording(fields.number("number"))
    file = opened.form.absolute
    session.decide(f"{opened.form.name} is left out", lambda to: [to.leave_out([file])])
    return ChoiceOutcome(data={"go": "archive"})


def choose_settled(session: Session, fields: Fields) -> ChoiceOutcome:
    """Mark the recording as checked, or ask about it again."""
    number = fields.number("number")
    opened = session.open_recording(number)
    settled = fields.flag("settled")
    said = "This recording is fine as it is" if settled else "This recording is asked about again"
    file = opened.form.absolute
    session.decide(said, lambda to: [to.settle([file], settled=settled)])
    opened = session.open_recording(number)
    parts = {
        "decisions": render_decisions(opened, session.archive.options),
        "reasons": render_reasons(find_open_reasons(session, opened)),
    }
    return ChoiceOutcome(parts=parts)
