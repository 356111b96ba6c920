"""`convert`: turns transcripts into requests, segments or another format."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import click

from ... import formats
from ...errors import (
    STANDARD_INPUT,
    BridgeError,
    NoWordsError,
    OutputError,
    SettingsError,
    name_input,
)
from ...formats import LineLimits
from ...models import KnownSpeaker, Transcript
from ...options.kinds import choice_kind
from ...parts import find_part
from ...pipeline import Loaded, find_speakers, make_bodies, make_rows
from ...quantities import count_of
from ..flags import LongCommand, file_flags, quiet_flag, table_flags
from ..named_files import collect_file_options, expand_parts, load_named
from ..output import ExitStatus, say, say_problems
from ..output_target import (
    StandardOutput,
    is_standard_output,
    make_output_rules,
    open_file,
    open_output,
    output_flags,
)
from ..value_types import parse_value

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from ...config import RunOptions
    from ...workspace.output_file import OutputFile, OutputRules

_JSON_LINES = ("requests", "segments")
_WITH_PEOPLE = "omi"
"""The format that says who each speaker is; for other formats, the speaker map need not match."""
_SUFFIXES_OF_REQUESTS = ("", ".json", ".jsonl", ".ndjson")
_SUFFIXES = {"requests": ".json", "segments": ".jsonl"}
_STEMS = {STANDARD_INPUT: "stdin"}


class _Target(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.4 on only
    """`requests`, `segments`, or the name of a format that can be written, plug-ins included.

    Plug-ins are loaded only for a name that is not built in, and for the help page.
    """

    name = "target"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        name = str(value)
        if name not in _JSON_LINES and not _is_writable(name):
            parse_value(choice_kind(*_targets()), name, param)
        return name

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        return f"[{'|'.join(_targets())}]"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem  # slow to import

        return [CompletionItem(name) for name in _targets() if name.startswith(incomplete)]


def _is_writable(name: str) -> bool:
    try:
        return formats.get(name).render is not None
    except SettingsError:
        return False


def _targets() -> list[str]:
    writable = [format.name for format in formats.all_formats() if format.render]
    return [*_JSON_LINES, *writable]


@click.command(name="convert", cls=LongCommand)
@file_flags
@click.option(
    "--to",
    type=_Target(),
    help="Default: what the suffix of -o says, such as .srt, else requests. requests: one body of "
    "POST …/from-segments per line; segments: one per line, times from the beginning of the file; "
    "or the transcript itself in another format.",
)
@table_flags("max_line_length", "max_lines")
@output_flags("A file, or a folder (ending in /) for one file each.", metavar="PATH")
@quiet_flag
def command(
    inputs: tuple[str, ...],
    to: str | None,
    output: str | None,
    force: bool,
    **flags: Any,
) -> int:
    """Turn transcripts into Omi requests, segments, or another format.

    Data goes to standard output or PATH, messages go to standard error. INPUT may be '-'. A file
    that exists is replaced only if this command wrote it and nobody changed it since.
    """
    run = collect_file_options(inputs, flags)
    to = _choose_target(to, output)
    limits = _choose_limits(run, to)
    inputs = expand_parts(inputs, run)
    now = datetime.now(UTC)
    status = ExitStatus()
    files = (*inputs, run.diarization, flags.get("speakers"))
    written: list[str] = []
    with _open_writer(inputs, to, output, files, force=force) as writer:
        for name in inputs:
            try:
                loaded = load_named(name, run, now)
                texts = list(_render(loaded, to, limits))
            except BridgeError as error:
                status.fail(error)
                continue
            where = _write(writer, name, texts, status)
            if where is None:
                continue
            say_problems(loaded.transcript, mention_guessed_start=to == "requests")
            written.append(f"{name_input(name)}: {_describe_result(loaded, to, len(texts))}{where}")
            if not writer.is_written_late:
                say(written.pop())
    for line in written:
        say(line)
    return status.code


def _write(
    writer: _OneTarget | _Folder, name: str, texts: list[str], status: ExitStatus
) -> str | None:
    """Say where the output of an input is; None if it could not be written."""
    try:
        return writer.write(name, texts)
    except OutputError as error:
        if writer.is_shared:  # the target lacks a part now
            raise
        status.fail(error)
        return None


def _choose_target(to: str | None, output: str | None) -> str:
    """The format to write: that of `--to`, else that of the output's suffix."""
    suffix = Path(output or "").suffix.lower()
    named = _find_target(suffix)
    target = to or named
    if named not in ("requests", target):
        say(f"{output}: this will be {target}, although it is named like {named}", mark="warning")
    elif to is None and named == "requests" and suffix not in _SUFFIXES_OF_REQUESTS:
        say(f"{output}: this will be JSON (requests); --to chooses another format", mark="warning")
    return target


def _find_target(suffix: str) -> str:
    """The format of files with this suffix; `requests` for JSON, which may be several formats."""
    if suffix and suffix not in _SUFFIXES.values():
        for format in formats.with_suffix_of(suffix):
            if format.render and format.suffixes[:1] == (suffix,):
                return format.name
    return "requests"


def _describe_result(loaded: Loaded, to: str, count: int) -> str:
    """`12 utterances -> 1 request`."""
    utterances = count_of(len(loaded.transcript.utterances), "utterance")
    if to in _JSON_LINES:
        return f"{utterances} -> {count_of(count, to.removesuffix('s'))}"
    return f"{utterances} -> {to}"


def _choose_limits(run: RunOptions, to: str) -> LineLimits | None:
    """The limits of lines; None for any length. Raises SettingsError for a format without lines."""
    if run.max_line_length is None and run.max_lines is None:
        return None
    if to in _JSON_LINES or formats.get(to).render_lines is None:
        names = [format.name for format in formats.all_formats() if format.render_lines]
        raise SettingsError(
            f"--max-line-length and --max-lines are for subtitles; {to} has no lines to break; "
            f"choose --to {', '.join(names[:-1])} or {names[-1]}"
        )
    default = LineLimits()
    return LineLimits(run.max_line_length or default.length, run.max_lines or default.lines)


def _render(loaded: Loaded, to: str, limits: LineLimits | None) -> Iterator[str]:
    """One text per output: a line of JSON, or the whole text in another format."""
    if to == "requests":
        for body in make_bodies(loaded.transcript, loaded.options):
            yield _dump(body)
    elif to == "segments":
        for row in make_rows(loaded.transcript, loaded.options):
            yield _dump(row)
    else:
        transcript = loaded.transcript
        if to == _WITH_PEOPLE:
            transcript = _with_known_speakers(loaded)
        yield _render_format(transcript, formats.get(to), limits)


def _with_known_speakers(loaded: Loaded) -> Transcript:
    """The transcript with what the user knows about its speakers, if the format can express it."""
    transcript = loaded.transcript
    speakers = find_speakers(transcript, loaded.options).assign(transcript.speakers())
    known = []
    for label, voice in speakers.items():
        if label is not None and (voice.is_user or voice.person_id):
            known.append(KnownSpeaker(label, voice.is_user, voice.person_id))
    return transcript.evolve(known_speakers=tuple(known))


def _render_format(
    transcript: Transcript, format: formats.Format, limits: LineLimits | None
) -> str:
    has_no_words = transcript.turns and not transcript.utterances
    if has_no_words and format.kind != "turns":
        raise NoWordsError(
            f"speaker turns have no words to write as {format.name}; --untranscribed-text gives "
            "them a text",
            path=transcript.path,
        )
    if limits is not None and format.render_lines is not None:
        return format.render_lines(transcript, limits)
    assert format.render is not None
    return format.render(transcript)


_dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


# ---- where it goes


def _open_writer(
    inputs: tuple[str, ...],
    to: str,
    output: str | None,
    files: Iterable[str | None],
    *,
    force: bool,
) -> _OneTarget | _Folder:
    """files: all that the command reads. Raises OutputError for one that must not be replaced."""
    kind = f"convert --to {to}"
    is_folder = output is not None and (output.endswith(("/", "\\")) or Path(output).is_dir())
    if output is not None and is_folder:
        rules = make_output_rules(kind, files, force=force)
        return _Folder(Path(output), inputs, to, rules)
    if to not in _JSON_LINES and len(inputs) > 1:
        raise SettingsError(
            f"several inputs cannot share one {to} file; give a folder, such as -o converted/"
        )
    return _OneTarget(output, open_output(output, kind, files, force=force))


class _OneTarget:
    """Standard output, or one file for all inputs."""

    is_shared = True

    def __init__(self, name: str | None, target: StandardOutput | OutputFile) -> None:
        self.is_written_late = not is_standard_output(name)
        self._name = name
        self._target = target

    def write(self, _name: str, texts: list[str]) -> str:
        """Write the results of one input; returns where they are, for the message."""
        for text in texts:
            self._target.write(text if text.endswith("\n") else text + "\n")
        if is_standard_output(self._name):
            return ""
        return f" in {self._name}"

    def __enter__(self) -> Self:
        self._target.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._target.__exit__(kind, error, trace)


class _Folder:
    """A folder: STEM.001.json, … for requests; STEM.srt and the like for other formats."""

    is_shared = False
    is_written_late = False

    def __init__(self, folder: Path, inputs: tuple[str, ...], to: str, rules: OutputRules) -> None:
        self._folder = folder
        self._to = to
        self._suffix = _suffix(to)
        self._stems = choose_stems(inputs)
        self._rules = rules

    def write(self, name: str, texts: list[str]) -> str:
        """Write the results of one input; returns where they are, for the message."""
        stem = self._stems[name]
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(
                f"{self._folder}: this folder cannot be created ({error.strerror}); "
                "choose another -o"
            ) from None
        if self._to == "requests":
            return self._write_numbered(stem, texts)
        file_name = stem + self._suffix
        text = texts[0] if self._to not in _JSON_LINES else "\n".join([*texts, ""])
        self._write_file(file_name, text)
        return f" in {self._folder / file_name}"

    def _write_numbered(self, stem: str, texts: list[str]) -> str:
        """One file for each request."""
        names = [f"{stem}.{number:03d}{self._suffix}" for number in range(1, len(texts) + 1)]
        for file_name, text in zip(names, texts, strict=True):
            self._write_file(file_name, text + "\n")
        if not names:
            return ""
        if len(names) == 1:
            return f" in {self._folder / names[0]}"
        return f" in {self._folder / names[0]} to {names[-1]}"

    def _write_file(self, name: str, text: str) -> None:
        with open_file(str(self._folder / name), self._rules) as target:
            target.write(text)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        """Nothing to do: every file is complete already."""


def choose_stems(inputs: tuple[str, ...]) -> dict[str, str]:
    """The distinct beginning of the name of each output, by input.

    Inputs with one stem (a.srt and a.vtt) keep their full names; inputs with one name (x/a.srt and
    y/a.srt) get a number: a, a-2. File systems may ignore case and how accents are composed.
    """
    distinct = dict.fromkeys(inputs)
    counts = Counter(_fold(_stem(name)) for name in distinct)
    names = Counter(_fold(Path(name).name) for name in distinct)
    stems: dict[str, str] = {}
    used: set[str] = set()
    for name in distinct:
        stem = _stem(name)
        has_distinct_name = names[_fold(Path(name).name)] == 1
        if counts[_fold(stem)] > 1 and has_distinct_name:
            stem = Path(name).name
        stems[name] = _add_number(stem, used)
        used.add(_fold(stems[name]))
    return stems


def _add_number(stem: str, used: set[str]) -> str:
    """The stem, or the first free one of stem-2, stem-3, …"""
    candidate = stem
    number = 2
    while _fold(candidate) in used:
        candidate = f"{stem}-{number}"
        number += 1
    return candidate


def _fold(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _suffix(to: str) -> str:
    return _SUFFIXES.get(to) or formats.get(to).suffixes[0]


def _stem(name: str) -> str:
    place = find_part(name)
    if place is not None:
        part = place.part.name.replace(":", "-")  # which Windows does not allow
        return f"{Path(place.file).stem}.{part}"
    return _STEMS.get(name) or Path(name).stem
