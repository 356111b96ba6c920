"""From one recording's bytes to its requests, as a pure function of plain data that pickles with
its settings.

    convert_source      bytes -> what is in them, as light data; with bodies=True the requests'
                        JSON, too
    convert_recording   the same for a Recording: opens its files, takes the best form that is a
                        transcript

A process pool maps convert_recording over an archive (planning.py); an engine that spans machines
maps either.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from .. import formats
from ..dating.finder import Dated, choose, gather_dates, load_sidecar
from ..dating.media import MediaTime, read_media_date
from ..errors import BridgeError, InputError, NoWordsError, UnknownFormatError
from ..formats.base import SNIFF_WINDOW
from ..formats.decode import decode
from ..gc_pause import collector_paused
from ..models import Transcript
from ..pipeline import Options, read_bytes, request_bodies, shape
from ..problems import Problem
from ..shaping.diarization import join_turns, select_recording
from .files import ArchiveFile
from .grouping import Recording
from .summary import Converted, State, summarize

RULES = 1
"""Part of every cache's key: raise it when the same bytes and settings give something else."""
_SURE = 50
"""A bid from which on the content says so, too; JSON of any kind gets 20 to 30."""
_LOOK_FIRST = 1024 * 1024
"""Bytes from which on a file of another suffix is looked at before it is read whole."""
_ADVICE: dict[type[BridgeError], str] = {
    UnknownFormatError: "this is named like a transcript and is written like none; export it again",
    NoWordsError: "speaker turns without words; put the transcript beside it under the same name, "
    "or use --untranscribed-text",
}
"""What to do about it in an archive, where no flag is for one file."""


@dataclass(frozen=True, slots=True)
class ConvertSettings:
    """What makes the same bytes the same requests. Frozen, and pickles."""

    options: Options = field(default_factory=Options)
    timezone: str | None = None
    """Of times without an offset; None is the computer's own."""
    reassign: bool = False
    """Let turns overrule speakers that a transcript has already."""
    samples: int = 0
    """How many lines of each speaker to keep."""
    try_gap: int = 2000
    """ms: how many conversations there would be if neighbours this close were joined."""

    def digest(self) -> str:
        """A name for these settings: equal ones have the same, in every process."""
        o = self.options
        told = (
            RULES,
            o.speakers.people,
            o.speakers.me,
            o.speakers.rules,
            o.keep_names,
            o.merge_gap,
            o.untranscribed_text,
            o.max_segments,
            o.split,
            o.source,
            o.language,
            o.location,
            self.timezone,
            self.reassign,
            self.samples,
            self.try_gap,
        )
        return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


class Beside(NamedTuple):
    """What lies beside a transcript and says when it began. Plain data."""

    sidecar: bytes | None = None
    media: MediaTime | None = None
    media_name: str = ""
    media_modified: datetime | None = None
    modified: datetime | None = None
    parts: tuple[str, ...] = ()
    """All folders and the name, for dates and rules; empty where the path has all there is."""


def convert_source(
    data: bytes,
    path: str,
    settings: ConvertSettings,
    *,
    turns: bytes | None = None,
    turns_path: str = "",
    beside: Beside = Beside(),  # noqa: B008  # a frozen value
    now: datetime | None = None,
    bodies: bool = False,
) -> Converted:
    """Everything that a plan needs to know of one transcript; pure, and the same on every machine.

    data, turns: the bytes of the files. path, turns_path: their names, for messages, rules and
    dates. now, bodies: with both, the requests' JSON bodies are in the result.
    Raises InputError for what is no transcript or is broken, SettingsError where the settings
    cannot fit.
    """
    made: tuple[str, ...] = ()
    with collector_paused():
        understood = _understand(data, path, settings, turns, turns_path, beside)
        if bodies and now is not None and understood.transcript.utterances:
            made = tuple(_to_json(body) for body in request_bodies(*understood.dated(now)))
        summary = summarize(
            understood.transcript, understood.options, settings.samples, settings.try_gap
        )
    return summary._replace(
        digest=_digest(data, turns),
        text_digest=_digest(data, None),
        dates=understood.dates,
        turns=turns_path if turns else "",
        bodies=made,
    )


def read_recording(
    recording: Recording, path: str, settings: ConvertSettings, now: datetime
) -> tuple[Transcript, Options]:
    """The form of a recording that is called `path`, ready to become requests, and the options that
    hold for it.

    Raises InputError where it cannot be read any more, SettingsError where the settings cannot fit.
    """
    form = next(form for form in recording.forms if form.path == path)
    return _understand(*_open(form, recording, settings)).dated(now)


def digest_recording(recording: Recording, path: str) -> str:
    """What `Converted.digest` is now; raises InputError where a file cannot be read."""
    form = next(form for form in recording.forms if form.path == path)
    return _digest(form.read(), recording.turns.read() if recording.turns else None)


class _Understood(NamedTuple):
    transcript: Transcript
    options: Options
    dates: tuple[Dated, ...]

    def dated(self, now: datetime) -> tuple[Transcript, Options]:
        began = choose(self.dates, now)
        return self.transcript.evolve(
            started_at=began.at, start_source=began.start_source
        ), self.options


def _understand(
    data: bytes,
    path: str,
    settings: ConvertSettings,
    turns: bytes | None,
    turns_path: str,
    beside: Beside,
) -> _Understood:
    parts = beside.parts or tuple(path.split("/"))
    speakers = settings.options.speakers.for_file("/".join(parts))
    options = replace(settings.options, speakers=speakers, started_at=None)
    transcript = _joined(read_bytes(data, path=path), turns, turns_path, settings.reassign)
    if transcript.utterances or transcript.turns:
        transcript = shape(transcript, options)
    dates = gather_dates(
        parts,
        settings.timezone,
        header=transcript.started_at,
        sidecar=load_sidecar(beside.sidecar) if beside.sidecar else None,
        media=beside.media,
        media_name=beside.media_name,
        media_modified=beside.media_modified,
        modified=beside.modified,
        length=timedelta(milliseconds=transcript.duration),
    )
    return _Understood(transcript, options, dates)


def convert_recording(
    recording: Recording,
    settings: ConvertSettings,
    *,
    now: datetime | None = None,
    bodies: bool = False,
) -> Converted:
    """The best form of a recording that is a transcript; never raises for what is in the files."""
    told: list[tuple[str, str]] = []
    no_transcripts: list[str] = []
    failed: Converted | None = None
    silent: Converted | None = None
    for number, form in enumerate(recording.forms):
        try:
            done = _convert_form(form, recording, settings, now, bodies)
        except BridgeError as error:
            message = _ADVICE.get(type(error), error.message)
            state: State = "turns" if isinstance(error, NoWordsError) else "failed"
            if state == "failed" and isinstance(error, InputError) and not _claims(form):
                no_transcripts.append(form.suffix)
                continue
            failed = failed or Converted(form.path, state, message)
            told.append((form.path, message))
            continue
        except (
            RecursionError,
            MemoryError,
            Exception,
        ) as error:  # one odd file must not end the work on ten thousand
            message = f"a mistake in Transcript Bridge ({type(error).__name__}: {error}); please report it"
            failed = failed or Converted(form.path, "failed", message)
            told.append((form.path, message))
            continue
        if done.state == "silent" and number + 1 < len(
            recording.forms
        ):  # another form may have what this one lost
            silent = silent or done
            continue
        others = tuple(other.path for other in recording.forms[number + 1 :])
        return done._replace(others=others, told=tuple(told), no_transcripts=tuple(no_transcripts))
    if silent is not None:
        return silent._replace(told=tuple(told), no_transcripts=tuple(no_transcripts))
    if failed is not None:
        return failed._replace(told=tuple(told[1:]), no_transcripts=tuple(no_transcripts))
    return Converted(recording.path, "none", no_transcripts=tuple(no_transcripts))


def _convert_form(
    form: ArchiveFile,
    recording: Recording,
    settings: ConvertSettings,
    now: datetime | None,
    bodies: bool,
) -> Converted:
    if form.size > _LOOK_FIRST and not _claims(form):
        raise InputError("this is no transcript", path=form.path)
    data, path, settings, turns, turns_path, beside = _open(form, recording, settings)
    return convert_source(
        data,
        path,
        settings,
        turns=turns,
        turns_path=turns_path,
        beside=beside,
        now=now,
        bodies=bodies,
    )


def _open(
    form: ArchiveFile, recording: Recording, settings: ConvertSettings
) -> tuple[bytes, str, ConvertSettings, bytes | None, str, Beside]:
    """What `_understand` takes, read from the files."""
    turns, media = recording.turns, recording.media
    sidecar = recording.sidecar or next(
        (f for f in recording.forms if f.suffix == ".json" and f is not form), None
    )
    beside = Beside(
        _read_or_none(sidecar),
        _media_date(media),
        media.name if media else "",
        media.modified if media and media.modified and media.modified.tzinfo else None,
        form.modified,
        form.parts,
    )
    return (
        form.read(),
        form.path,
        settings,
        turns.read() if turns else None,
        turns.path if turns else "",
        beside,
    )


def _claims(form: ArchiveFile) -> bool:
    """Whether a file that cannot be used says that it is a transcript, by its suffix or by its
    content."""
    if formats.is_owned(form.name):
        return True
    try:
        text = decode(form.read(SNIFF_WINDOW)).text
        return formats.detect(text, form.path).sniff(text) >= _SURE
    except BridgeError:
        return False


def _joined(
    transcript: Transcript, turns: bytes | None, turns_path: str, reassign: bool
) -> Transcript:
    if turns is None or not transcript.utterances:
        return transcript
    try:
        diarization = read_bytes(turns, path=turns_path)
        stem = PurePosixPath(transcript.path.replace("!", "/")).name.split(".")[0]
        found = select_recording(diarization.turns, None, stem)
    except InputError as error:
        # Sent without its speakers it could not be repaired later: better not sent than so.
        message = f"its turns in {turns_path} cannot be used ({error.message}); mend that file or move it away"
        raise InputError(message, path=transcript.path) from None
    if not found:
        told = Problem(
            "turns-unusable", f"{turns_path}: there are no speaker turns in this; it was not used"
        )
        return transcript.evolve(problems=[told])
    return join_turns(transcript, found, reassign=reassign).transcript


def _to_json(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _digest(data: bytes, turns: bytes | None) -> str:
    digest = hashlib.sha256(data)
    if turns is not None:
        digest.update(b"\x1dturns\x1d" + turns)
    return digest.hexdigest()[:40]


def _read_or_none(source: ArchiveFile | None) -> bytes | None:
    try:
        return source.read() if source else None
    except InputError:
        return None


def _media_date(media: ArchiveFile | None) -> MediaTime | None:
    """Films inside archives would have to be unpacked up to where their header is: those are not
    looked into."""
    if media is None or media.place != "disk":
        return None
    try:
        with open(media.file, "rb") as file:  # noqa: PTH123  # the name may be no text that Path likes
            return read_media_date(file, media.modified)
    except OSError:
        return None
