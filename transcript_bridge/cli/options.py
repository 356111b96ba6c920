"""The flags that several commands share, and what they come to."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from .. import config
from ..errors import InputError, SettingsError, StrictError
from ..models import Transcript
from ..pipeline import Options, read, read_bytes, shape
from ..problems import Problem
from ..shaping.diarization import JoinStatistics, Mode, join_turns, select_recording
from ..shaping.speakers import SpeakerMap
from .output import describe

Command = TypeVar("Command", bound=Callable[..., Any])


def _stack(*decorators: Callable[[Any], Any]) -> Callable[[Command], Command]:
    def decorate(command: Command) -> Command:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


reading_flags = _stack(
    click.argument("inputs", nargs=-1, required=True, metavar="INPUT..."),
    click.option(
        "--format",
        help="Read as this format, whatever it looks like ('transcript-bridge formats').",
    ),
    click.option("--encoding", help="Decode as this encoding, whatever it looks like."),
    click.option(
        "--no-recover", is_flag=True, help="Read by the format's standard and nothing else."
    ),
    click.option(
        "--strict",
        is_flag=True,
        help="Fail an input in which anything had to be repaired or was lost.",
    ),
    click.option(
        "--diarization", metavar="TURNS", help="Take the speakers from this RTTM or pyannote file."
    ),
    click.option(
        "--recording",
        metavar="NAME",
        help="Which recording of TURNS is meant, if it holds several.",
    ),
    click.option(
        "--reassign",
        is_flag=True,
        help="Let TURNS overrule speakers that the transcript has already.",
    ),
    click.option("--raw", is_flag=True, help="Join TURNS by overlap alone, without smoothing."),
    click.option(
        "--untranscribed-text", metavar="TEXT", help="Upload turns without words, each saying TEXT."
    ),
)

shaping_flags = _stack(
    click.option("--me", metavar="LABEL", help="The label that is you."),
    click.option(
        "--speaker",
        "persons",
        multiple=True,
        metavar="LABEL=PERSON_ID",
        help="Who a label is, in Omi.",
    ),
    click.option("--speakers", metavar="FILE", help="A speaker map (TOML) that names all of them."),
    click.option(
        "--keep-names",
        is_flag=True,
        default=None,
        help="Write 'Alice: ' into the text; Omi shows no labels.",
    ),
    click.option(
        "--merge-gap",
        type=float,
        metavar="SECONDS",
        help="Join neighbours of one speaker this close.",
    ),
    click.option(
        "--max-segments",
        type=click.IntRange(1, 500),
        metavar="N",
        help="Segments a conversation, at most 500.",
    ),
    click.option(
        "--split",
        type=click.Choice(["fill", "pause"]),
        help="Cut when full (default), or at pauses.",
    ),
    click.option("--source", help="What Omi files it under (default: phone)."),
    click.option("--language", help="Language code, if the file does not say or is wrong."),
    click.option("--location", metavar="LAT,LON", help="Where it took place, in degrees."),
    click.option(
        "--started-at", metavar="TIME", help="When it began, such as 2024-01-24T15:04:05+01:00."
    ),
    click.option(
        "--timezone", metavar="ZONE", help="Zone of a TIME without offset, such as Europe/Berlin."
    ),
    click.option("--profile", help="Profile of the Omi CLI to take the key from."),
    click.option("--api-base", metavar="URL", help="Another Omi server."),
)


@dataclass(frozen=True)
class Choices:
    """What the flags, the environment and the settings files come to, for one run."""

    flags: dict[str, Any]
    settings: config.Settings
    options: Options

    @classmethod
    def of(cls, flags: dict[str, Any]) -> Choices:
        """Raises SettingsError for values that mean nothing."""
        own_file = Path(click.get_app_dir("transcript-bridge")) / "config.toml"
        given = {
            name: flags.get(name)
            for name in (
                "api_base",
                "source",
                "language",
                "timezone",
                "max_segments",
                "split",
                "merge_gap",
                "keep_names",
                "speakers",
            )
        }
        settings = config.load(given, os.environ, own_file, Path.home(), flags.get("profile"))
        options = Options(
            speakers=_speaker_map(settings.speakers, flags.get("me"), flags.get("persons", ())),
            keep_names=settings.keep_names,
            merge_gap=None if settings.merge_gap is None else round(settings.merge_gap * 1000),
            untranscribed_text=flags.get("untranscribed_text"),
            max_segments=settings.max_segments,
            split="pause" if settings.split == "pause" else "fill",
            source=settings.source,
            language=settings.language,
            location=_location(flags.get("location")),
            started_at=_moment(flags.get("started_at"), settings.timezone),
        )
        return cls(flags, settings, options)

    def load(self, name: str) -> tuple[Transcript, JoinStatistics | None]:
        """Read one input, join its turns and make it fit for the server; raises BridgeError, told
        of the input."""
        try:
            transcript = self._read(name)
            transcript, statistics = self._join(transcript)
            if transcript.utterances or self.options.untranscribed_text is not None:
                transcript = shape(transcript, self.options)
        except SettingsError as error:
            raise type(error)(f"{name}: {error.message}") from None
        if self.flags["strict"]:
            _refuse_problems(transcript)
        return _dated(transcript, self.options), statistics

    def _read(self, name: str) -> Transcript:
        asked = {
            "format": self.flags["format"],
            "encoding": self.flags["encoding"],
            "recover": not self.flags["no_recover"],
        }
        if name == "-":
            return read_bytes(sys.stdin.buffer.read(), path="-", **asked)
        return read(name, **asked)

    def _join(self, transcript: Transcript) -> tuple[Transcript, JoinStatistics | None]:
        path = self.flags["diarization"]
        if path is None:
            return transcript, None
        diarization = read(path)
        if not diarization.turns:
            raise InputError(
                "there are no speaker turns in this; give RTTM or pyannote's JSON", path=path
            )
        turns = select_recording(
            diarization.turns, self.flags["recording"], Path(transcript.path).name.split(".")[0]
        )
        mode: Mode = "raw" if self.flags["raw"] else "smooth"
        joined, statistics = join_turns(
            transcript, turns, mode=mode, reassign=self.flags["reassign"]
        )
        told = [
            p._replace(message=f"{path}: {describe(p)}", line=None) for p in diarization.problems
        ]
        return joined.evolve(problems=told), statistics


def _speaker_map(path: str | None, me: str | None, persons: tuple[str, ...]) -> SpeakerMap:
    speakers = SpeakerMap.from_toml(path, me=me) if path else SpeakerMap(me=me)
    for person in persons:
        label, mark, person_id = person.rpartition("=")
        if not mark or not label or not person_id:
            raise SettingsError(f"--speaker {person!r} must be LABEL=PERSON_ID")
        speakers = speakers.with_person(label, person_id)
    return speakers


def _location(text: str | None) -> tuple[float, float] | None:
    if text is None:
        return None
    try:
        latitude, longitude = map(float, text.split(","))
    except ValueError:
        raise SettingsError(
            f"--location {text!r} must be LAT,LON in degrees, such as 52.52,13.40"
        ) from None
    return latitude, longitude


def _moment(text: str | None, zone: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise SettingsError(
            f"--started-at {text!r} is no time; write it like 2024-01-24T15:04:05+01:00"
        ) from None
    if moment.tzinfo is not None:
        return moment
    if zone is None:
        return moment.astimezone()
    from zoneinfo import ZoneInfo

    return moment.replace(tzinfo=ZoneInfo(zone))


def _refuse_problems(transcript: Transcript) -> None:
    grave = [p for p in transcript.problems if p.level != "note"]
    if grave:
        more = (
            f" (and {len(grave) - 1:,} more; 'transcript-bridge inspect' shows them)"
            if len(grave) > 1
            else ""
        )
        raise StrictError(
            f"--strict: {grave[0].message}{more}", path=transcript.path, line=grave[0].line
        )


def _dated(transcript: Transcript, options: Options) -> Transcript:
    """With the time of the file as its beginning where nothing better is known, and a problem that
    says so."""
    if options.started_at is not None:
        return transcript.evolve(started_at=options.started_at, start_source="stated")
    if transcript.started_at is not None:
        return transcript
    if transcript.path == "-":
        guess, what = datetime.now(UTC), "the present"
    else:
        guess, what = (
            datetime.fromtimestamp(Path(transcript.path).stat().st_mtime, UTC),
            "the time of the file",
        )
    guess = guess.replace(microsecond=0)
    told = Problem(
        "start-guessed",
        f"nothing says when it began; took {what}, {guess:%Y-%m-%d %H:%M} UTC (--started-at sets it)",
    )
    return transcript.evolve(problems=[told], started_at=guess, start_source="guessed")


__all__ = ["Choices", "reading_flags", "shaping_flags"]
