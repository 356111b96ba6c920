"""From the files of one recording to a summary, as a function of plain data that pickles.

    convert_source      bytes -> a summary; pure
    convert_recording   the same for a Recording: opens its files and uses the best form that is a
                        transcript

A process pool maps convert_recording over an archive (parallel.py); an engine that spans machines
maps either function.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from .. import formats
from ..dating.companions import Companions
from ..dating.media import MediaTime
from ..errors import (
    BridgeError,
    FaultError,
    InputError,
    NoSpeechError,
    NoWordsError,
    UnknownFormatError,
)
from ..formats.base import SNIFF_WINDOW
from ..formats.decode import decode
from ..gc_pause import collector_paused
from ..opening import open_media
from ..options import Options
from ..pipeline import Loaded, load, require_words
from ..turns_file import TurnsFile
from . import notes
from .files import ArchiveFile, Notice
from .grouping import Recording
from .guard import Effort, guard
from .left_out import SHARED_SUFFIXES, LeftOut, describe_unread, export_advice, is_document
from .reliable_times import describe_choice, has_better_times, has_guessed_times
from .summary import RecordingSummary, State, summarize

_SURE = 50
"""From this bid on, the content shows that a file is a transcript; any JSON bids 20 to 30."""
_WORD = ".docx"
_LARGE_DOCUMENT = 32 * 1024 * 1024
"""Bytes of a Word document; a larger one contains many pictures."""
_LARGE = 1024 * 1024
"""Bytes; from this size on, the beginning of a file is checked before all of it is read."""
_DIGEST_LENGTH = 40
_ZOOM_CHAT = re.compile(r"(?:GMT\d{8}-\d{6}_.*|meeting_saved_(?:new_)?)chat\.txt", re.IGNORECASE)
"""The chat beside a recording in Zoom's cloud, and in the folder of a meeting. No transcript of
Zoom has such a name."""
_NO_WORDS = (
    "speaker turns without words; put the transcript into the same folder under the same name, or "
    "use --untranscribed-text"
)


def convert_source(
    data: bytes,
    path: str,
    options: Options,
    *,
    turns: TurnsFile | None = None,
    companions: Companions | None = None,
    samples: int = 0,
) -> RecordingSummary:
    """Summarize one transcript for a plan; pure, the same on every machine.

    path: its name, for messages, rules and dates. samples: how many lines of each speaker to keep.
    Raises InputError for a file that is not a transcript or is damaged, SettingsError for options
    that contradict each other.
    """
    with collector_paused():
        loaded = load(data, options, path=path, turns=turns, companions=companions)
        require_words(loaded.transcript)
        summary = summarize(loaded.transcript, loaded.options, samples)
    digest = digest_files(data, None)
    summary = summary._replace(digest=digest, text_digest=digest, dates=loaded.dates)
    if turns is None:
        return summary
    return summary._replace(digest=digest_files(data, turns), turns=turns.path)


def digest_files(data: bytes, turns: TurnsFile | None) -> str:
    """A hash of the content of a transcript and its turns, independent of their names."""
    digest = hashlib.sha256(data)
    if turns is not None:
        digest.update(b"\x1dturns\x1d" + turns.data)
    return digest.hexdigest()[:_DIGEST_LENGTH]


# ---- the files of a recording


class OpenedForm(NamedTuple):
    """One form of a recording, read, with its companions."""

    data: bytes
    turns: TurnsFile | None
    companions: Companions


def load_recording(
    recording: Recording, path: str, options: Options, now: datetime, digest: str = ""
) -> Loaded:
    """Load the form of a recording at `path`, so that it can become requests.

    digest: as of digest_files; what was read must have it. Without one, any content is loaded.
    Raises InputError if it can no longer be read or has another digest, SettingsError for options
    that contradict each other.
    """
    form = recording.form(path)
    with guard(path, effort_of(recording, form)):
        opened = _open_form(form, recording)
        if digest and digest_files(opened.data, opened.turns) != digest:
            message = "this was changed since the archive was planned; run the command again"
            raise InputError(message, path=path)
        return load(
            opened.data,
            _with_format(options, form),
            path=path,
            turns=opened.turns,
            companions=opened.companions,
            now=now,
        )


def _open_form(form: ArchiveFile, recording: Recording) -> OpenedForm:
    companions = read_companions(form, recording)
    return OpenedForm(form.read(), _open_turns(recording), companions)


def read_companions(form: ArchiveFile, recording: Recording) -> Companions:
    """Read the facts that help to date a form. Never raises."""
    sidecar = _read_sidecar(form, recording)
    found = Companions(form.parts, sidecar, modified=form.modified)
    media = recording.media
    if media is None:
        return found
    found = found._replace(media=_read_media(media), media_name=media.name)
    if media.modified is not None and media.modified.tzinfo is not None:
        found = found._replace(media_modified=media.modified)
    return found


def _open_turns(recording: Recording) -> TurnsFile | None:
    if recording.turns is None:
        return None
    return TurnsFile(recording.turns.read(), recording.turns.path)


def _read_sidecar(form: ArchiveFile, recording: Recording) -> bytes | None:
    """The sidecar of a form, or a JSON form that is not used, which may also have a date."""
    sidecar = recording.sidecar
    if sidecar is None:
        for other in recording.forms:
            if other.suffix == ".json" and other is not form:
                sidecar = other
                break
    if sidecar is None:
        return None
    try:
        return sidecar.read()
    except InputError:
        return None


def _read_media(media: ArchiveFile) -> MediaTime | None:
    """The date in a media file. Media inside containers are not read: they would have to be
    unpacked."""
    if media.place not in ("disk", "url"):
        return None
    return open_media(media.file, media.modified)


# ---- from a recording to a summary


@dataclass(slots=True)
class _Attempts:
    """The results of the forms of a recording that were tried."""

    notices: list[Notice] = field(default_factory=list)
    """Messages about forms that cannot be used."""
    left_out: list[LeftOut] = field(default_factory=list)
    """Files that turned out not to be transcripts."""
    failed: RecordingSummary | None = None
    silent: RecordingSummary | None = None

    def fail(
        self, form: ArchiveFile, state: State, message: str, *, is_fault: bool = False
    ) -> None:
        if self.failed is None:
            self.failed = RecordingSummary(form.path, state, message, is_fault=is_fault)
        self.notices.append(Notice(form.path, message))

    def finish(
        self, summary: RecordingSummary, others: Sequence[ArchiveFile] = ()
    ) -> RecordingSummary:
        """The summary, with everything that was noticed before."""
        notices = self.notices
        if summary is self.failed:  # its own message is its error
            notices = notices[1:]
        left_out = list(self.left_out)
        unused = []
        for other in others:
            if is_document(other):  # it may be something else with the same name
                left_out.append(LeftOut.of(other))
            else:
                unused.append(other.path)
        return summary._replace(
            others=tuple(unused), notices=tuple(notices), left_out=tuple(left_out)
        )


def convert_recording(
    recording: Recording,
    options: Options,
    *,
    samples: int = 0,
) -> RecordingSummary:
    """Convert the best form of a recording that is a transcript. Never raises because of a file.

    Parameters as in convert_source.
    """

    def convert(form: ArchiveFile) -> RecordingSummary:
        with guard(form.path, effort_of(recording, form)):
            return _convert_form(form, recording, options, samples)

    attempts = _Attempts()
    for number, form in enumerate(recording.forms):
        others = recording.forms[number + 1 :]
        try:
            summary = convert(form)
        except BridgeError as error:
            _record_failure(attempts, form, error)
        else:
            if summary.state == "silent" and others:  # another form may have the speech
                attempts.silent = attempts.silent or summary
                continue
            return _choose_reliable_form(attempts, summary, others, convert)
    if attempts.silent is not None:
        return attempts.finish(attempts.silent)
    if attempts.failed is not None:
        return attempts.finish(attempts.failed)
    return attempts.finish(RecordingSummary(recording.path, "none"))


def _choose_reliable_form(
    attempts: _Attempts,
    summary: RecordingSummary,
    others: Sequence[ArchiveFile],
    convert: Callable[[ArchiveFile], RecordingSummary],
) -> RecordingSummary:
    """The form that was read, or another one that shows that its times were guessed wrongly."""
    if not has_guessed_times(summary):
        return attempts.finish(summary, others)
    for form in others:
        try:
            other = convert(form)
        except BridgeError:
            continue
        if has_better_times(other, summary):
            attempts.notices.append(Notice(summary.path, describe_choice(other, summary)))
            return attempts.finish(other, [unused for unused in others if unused is not form])
    return attempts.finish(summary, others)


def effort_of(recording: Recording, form: ArchiveFile) -> Effort:
    """The limits for reading one form with its companions."""
    size = form.size
    skipped = form.unpacked_before
    for file in recording.read_beside:
        size += file.size
        skipped += file.unpacked_before
    return Effort.for_bytes(size, skipped)


def _record_failure(attempts: _Attempts, form: ArchiveFile, error: BridgeError) -> None:
    if isinstance(error, FaultError):
        attempts.fail(form, "failed", error.message, is_fault=True)
    elif isinstance(error, NoWordsError):
        attempts.fail(form, "turns", _NO_WORDS)
    elif isinstance(error, NoSpeechError):
        attempts.left_out.append(LeftOut.of(form, why=error.message))
    elif isinstance(error, InputError) and not _is_transcript(form, error):
        attempts.left_out.append(describe_unread(form))
    else:
        attempts.fail(form, "failed", _explain(form, error))


def _explain(form: ArchiveFile, error: BridgeError) -> str:
    """The error with advice for an archive, where no flag is for a single file."""
    if isinstance(error, UnknownFormatError):
        advice = export_advice(form)
        if advice:
            return advice
    if isinstance(error, InputError) and error.option:
        place = "in a [[files]] table of the settings"
        return f"{error.message}, or name its {error.option} {place}"
    return error.message


def _is_transcript(form: ArchiveFile, error: InputError) -> bool:
    """Whether a file that cannot be used is a transcript, by its suffix or its content."""
    return form.is_part or error.certainty >= _SURE or formats.is_owned(form.name)


def _convert_form(
    form: ArchiveFile,
    recording: Recording,
    options: Options,
    samples: int,
) -> RecordingSummary:
    if _ZOOM_CHAT.fullmatch(form.name):  # two quick messages look like speech
        raise NoSpeechError("this is the chat of a meeting in Zoom, which people wrote")
    if not _may_be_a_transcript(form):
        raise InputError("this is not a transcript", path=form.path)
    opened = _open_form(form, recording)
    return convert_source(
        opened.data,
        form.path,
        _with_format(options, form),
        turns=opened.turns,
        companions=opened.companions,
        samples=samples,
    )


def _with_format(options: Options, form: ArchiveFile) -> Options:
    """The options, with the format of the file if the form is one of many conversations in it."""
    if not form.is_part or options.format is not None:
        return options
    return replace(options, format=form.format)


def _may_be_a_transcript(form: ArchiveFile) -> bool:
    """Whether all of a file should be read: by its suffix, or by its first kilobytes."""
    if is_document(form):
        return False
    if form.is_part or formats.is_owned(form.name):
        return True
    if form.suffix == _WORD:  # packed, so that its beginning shows nothing
        return form.size <= _LARGE_DOCUMENT
    if form.suffix in SHARED_SUFFIXES:
        return _is_recognized(form, needs_suffix=True)
    return form.size <= _LARGE or _is_recognized(form)


def _is_recognized(form: ArchiveFile, *, needs_suffix: bool = False) -> bool:
    """Whether a format is sure about the first kilobytes. needs_suffix: only formats with its
    suffix."""
    try:
        head = form.read(SNIFF_WINDOW)
        text = decode(head).text
        found = formats.detect(text, form.path)
    except BridgeError:
        return False
    if needs_suffix and not found.suffix_length(form.name):
        return False
    if needs_suffix and found.name == "text" and not notes.is_transcript(form.name, head):
        return False
    return found.sniff(text) >= _SURE
