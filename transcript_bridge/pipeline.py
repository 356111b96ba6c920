"""All stages from a file to its requests: start reading here.

    read      bytes -> text -> format -> names in the text -> one speaker per utterance
    join      speaker turns of another file -> the words' speakers
    shape     a placeholder for turns without words -> repair -> parts that the user gives to
              another speaker -> merge neighbors
    date      name, header, sidecar, media, folder, file time -> when it began
    bodies    rows -> at most 500 per conversation -> request bodies as plain data

`load` runs the stages for one recording, up to the bodies; `make_bodies` makes those. The command
line, archives and the Python API all call these two. Everything here is a pure function: opening.py
and archive/ open files and pass what they found as data.

Dating comes after shaping: it needs the length of the recording, which repair corrects.
request_models.py makes pydantic models of rows and bodies; loading pydantic takes longer than
converting a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from .arguments import Expected, takes
from .dating.companions import Companions
from .dating.finder import Began, Dated, choose, gather_dates
from .dating.wording import show_moment
from .errors import BridgeError, InputError, NoWordsError, SettingsError
from .formats.speech import make_no_speech_error
from .gc_pause import collector_paused
from .limits import DEFAULT_SOURCE, FAILING_SOURCES, MAX_BODY_BYTES, SOURCES
from .models import Transcript, Utterances, Voice
from .object_stores import is_url
from .options import Options, locate
from .problems import Problem
from .reading import read_bytes
from .shaping.batches import session_id, split_batches
from .shaping.merging import merge_neighbors
from .shaping.records import to_rows
from .shaping.relabeling import relabel
from .shaping.repair import repair
from .shaping.speakers import SpeakerMap, add_known_speakers
from .shaping.untranscribed import give_turns_text
from .turns_file import TurnsFile, join

if TYPE_CHECKING:
    from .shaping.diarization import JoinStatistics

_DEFAULTS = Options()
OPTIONS = Expected("Options", (Options, type(None)))
TRANSCRIPT = Expected("a Transcript, such as the one of load()", (Transcript,))


class Loaded(NamedTuple):
    """One recording, ready to become requests."""

    transcript: Transcript
    """Shaped and, if anything says when it began, dated."""
    options: Options
    """The options that apply to this file."""
    statistics: JoinStatistics | None
    """How its words got their speakers, if turns were joined."""
    dates: tuple[Dated, ...]
    began: Began
    labeled: Utterances | None = None
    """The utterances with the labels of the file, if the options change the speaker of some
    parts."""


SOURCE = Expected("what load() or read() returns", (Loaded, Transcript))
"""The sources of requests and segments."""


def load(
    data: bytes,
    options: Options = _DEFAULTS,
    *,
    path: str = "",
    turns: TurnsFile | None = None,
    companions: Companions | None = None,
    now: datetime | None = None,
) -> Loaded:
    """Read, join, shape and date one recording.

    path: the name of the file, for messages, rules and dates. turns: who spoke when, by another
    file. companions: what else is known of the file. now: with an offset; dates after it are
    refused. Without it the transcript is not dated, and `dates` has what to choose from.

    Turns without words stay turns, unless the options have a text for them.
    Raises InputError for a file that cannot be used, SettingsError for options that do not fit.
    """
    if companions is None:
        companions = Companions(parts=tuple(path.split("/")))
    options = options.for_file("/".join(companions.parts) or path)
    with collector_paused():
        transcript = read_bytes(
            data,
            path=path,
            format=options.format,
            encoding=options.encoding,
            recover=options.recover,
        )
        transcript, statistics = join(transcript, turns, options)
        labeled = None
        if transcript.utterances or options.untranscribed_text is not None:
            transcript, labeled = _shape(transcript, options)
            if transcript.cues and not transcript.utterances:
                raise make_no_speech_error(transcript).at(path, certainty=100)
        transcript, dates, began = date(transcript, companions, options, now)
        if transcript.known_speakers:
            options = replace(options, speakers=find_speakers(transcript, options))
    return Loaded(transcript, options, statistics, dates, began, labeled)


def find_speakers(transcript: Transcript, options: Options) -> SpeakerMap:
    """Make the speaker map for one transcript, with the facts of the file about its speakers."""
    speakers = options.for_file(transcript.path).speakers
    if not transcript.known_speakers:  # the usual case
        return speakers
    return add_known_speakers(speakers, transcript.known_speakers, transcript.speakers())


# ---- shape


def _shape(transcript: Transcript, options: Options) -> tuple[Transcript, Utterances | None]:
    """The stages that make a transcript fit for the server; every change is a problem.

    options: those for this file. Also returns the utterances with the labels of the file, if the
    options change the speaker of some parts.
    """
    labeled = None
    with collector_paused():
        if transcript.is_turns_alone:
            if options.untranscribed_text is None:
                raise _no_words(transcript)
            transcript = give_turns_text(transcript, options.untranscribed_text)
        transcript = repair(transcript)
        if options.during:  # rare; its times are those of the repaired transcript
            labeled = transcript.utterances
            # A label in the settings may contain control characters.
            transcript = repair(relabel(transcript, options.during))
        if options.merge_gap is not None:
            transcript = merge_neighbors(transcript, options.merge_limits(options.merge_gap))
    return transcript, labeled


def require_words(transcript: Transcript) -> None:
    """Raises NoWordsError for turns alone."""
    if transcript.is_turns_alone:
        raise _no_words(transcript)


def _no_words(transcript: Transcript) -> NoWordsError:
    return NoWordsError(
        "speaker turns without words; give the transcript as the input and this file as "
        '--diarization, or take the turns alone with --untranscribed-text "[speech]"',
        path=transcript.path,
    )


# ---- date


def date(
    transcript: Transcript,
    companions: Companions,
    options: Options,
    now: datetime | None,
) -> tuple[Transcript, tuple[Dated, ...], Began]:
    """Find out when a recording began; dating/finder.py has the order of its sources.

    Returns the dated transcript, all dates that were found, and the one that was chosen.
    Refused and guessed dates become problems.
    """
    dates = gather_dates(
        companions,
        options.zone,
        stated=options.started_at,
        header=transcript.started_at,
        made=transcript.dates,
        length=timedelta(milliseconds=transcript.duration),
    )
    if now is None:
        return transcript, dates, Began()
    began = choose(dates, now)
    problems = [Problem("implausible-date", sentence) for sentence in began.refused]
    has_words = len(transcript.utterances) > 0  # otherwise there is nothing to date
    if began.at is not None and began.start_source == "guessed" and has_words:
        problems.append(_report_guess(began.at, began.source, dates, options.zone))
    transcript = transcript.evolve(
        problems=problems, started_at=began.at, start_source=began.start_source
    )
    return transcript, dates, began


def _report_guess(at: datetime, source: str, dates: Iterable[Dated], zone: str) -> Problem:
    text = next(dated.text for dated in dates if dated.source == source)
    return Problem(
        "start-guessed",
        f"nothing says when it began; used {text}: {show_moment(at, zone)} (--started-at sets it)",
    )


# ---- bodies


def make_bodies(transcript: Transcript, options: Options) -> list[dict[str, Any]]:
    """The complete request bodies of a shaped transcript, in order.

    Plain data, ready for json.dumps; the fields are those of ConversationRequest, absent ones are
    left out. Raises SettingsError if nothing says when it began (InputError for a URL), or the
    speaker map does not fit.
    """
    require_words(transcript)
    if options.started_at is not None:
        transcript = transcript.evolve(started_at=options.started_at, start_source="stated")
    if transcript.started_at is None:
        raise _explain_no_date(transcript)
    transcript = transcript.evolve(started_at=locate(transcript.started_at, options.zone))
    with collector_paused():
        voices = find_speakers(transcript, options).assign(transcript.speakers())
        parts = split_batches(
            transcript.utterances,
            voices,
            max_segments=options.max_segments,
            max_bytes=MAX_BODY_BYTES,
            split=options.split,
        )
        return [
            _make_body(part, number, transcript, voices, options)
            for number, part in enumerate(parts, 1)
        ]


def _explain_no_date(transcript: Transcript) -> BridgeError:
    if is_url(transcript.path):
        return InputError(
            "nothing says when this began (the date of its upload is not used); give "
            "--started-at, or put the date into its name, such as 2024-01-24 15.04.05",
            path=transcript.path,
        )
    return SettingsError(
        "nothing says when this began; give started_at, or load() a file by its path"
    )


def _make_body(
    part: Utterances,
    number: int,
    transcript: Transcript,
    voices: Mapping[str | None, Voice],
    options: Options,
) -> dict[str, Any]:
    assert transcript.started_at is not None
    origin = part.starts[0]
    began = transcript.started_at + timedelta(milliseconds=origin)
    ended = transcript.started_at + timedelta(milliseconds=max(part.ends))
    rows = to_rows(part, voices, keep_names=options.keep_names, origin=origin)
    stated = None
    if transcript.start_source == "stated":
        stated = began
    body: dict[str, Any] = {
        "transcript_segments": rows,
        "source": _choose_source(transcript, options),
        "started_at": began.isoformat(),
        "finished_at": ended.isoformat(),
        "client_session_id": session_id(rows, number, stated),
    }
    language = options.language or transcript.language
    if language:
        body["language"] = language
    location = options.location or transcript.location
    if location:
        latitude, longitude = location
        body["geolocation"] = {"latitude": latitude, "longitude": longitude}
    return body


def _choose_source(transcript: Transcript, options: Options) -> str:
    """The user's source, else the file's, unless a server may fail on it."""
    if options.source is not None:
        return options.source
    proposed = transcript.source
    if proposed in SOURCES - FAILING_SOURCES:
        return proposed
    return DEFAULT_SOURCE


def make_rows(transcript: Transcript, options: Options) -> list[dict[str, Any]]:
    """A shaped transcript as rows of a segment's fields, times in seconds from its own beginning.

    Raises SettingsError if the speaker map does not fit.
    """
    require_words(transcript)
    with collector_paused():
        voices = find_speakers(transcript, options).assign(transcript.speakers())
        return to_rows(transcript.utterances, voices, keep_names=options.keep_names)


# ---- for programs


@takes(transcript=TRANSCRIPT, options=OPTIONS)
def shape(transcript: Transcript, options: Options | None = None) -> Transcript:
    """Make a transcript fit for the server; every change is a problem.

    Doing it twice is the same as doing it once.
    Raises NoWordsError for turns alone, unless `untranscribed_text` is set; SettingsError for
    options with `during`, which only `load` can apply: twice is not the same as once.
    """
    shaped, _ = _shape(transcript, _choose_options(transcript, options))
    return shaped


@takes(source=SOURCE, options=OPTIONS)
def to_request_dicts(
    source: Loaded | Transcript, options: Options | None = None
) -> list[dict[str, Any]]:
    """The request bodies of one recording as plain data, ready for json.dumps.

    source: a Loaded, which has its options already, or a transcript, which is shaped first.
    Raises what `shape` and make_bodies raise.
    """
    return make_bodies(*_prepare(source, options))


@takes(source=SOURCE, options=OPTIONS)
def to_segment_dicts(
    source: Loaded | Transcript, options: Options | None = None
) -> list[dict[str, Any]]:
    """The segments of one recording as plain data, times in seconds from its own beginning.

    source: as of to_request_dicts. Raises what `shape` and make_rows raise.
    """
    return make_rows(*_prepare(source, options))


def _prepare(source: Loaded | Transcript, options: Options | None) -> tuple[Transcript, Options]:
    """A shaped transcript, and the options that apply to it."""
    if isinstance(source, Transcript):
        options = _choose_options(source, options)
        transcript, _ = _shape(source, options)
        return transcript, options
    if options is not None:
        raise SettingsError("give the options to load(); what it returns has them already")
    return source.transcript, source.options


def _choose_options(transcript: Transcript, options: Options | None) -> Options:
    """The options for one transcript."""
    chosen = (options or _DEFAULTS).for_file(transcript.path)
    if chosen.during:
        raise SettingsError("give options with during to load(), which changes labels once")
    return chosen
