"""`convert`: transcripts in, requests, segments or another format out."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from ... import formats
from ...errors import BridgeError, NoWordsError, OutputError, SettingsError
from ...models import Transcript
from ...pipeline import Loaded, make_bodies, make_rows
from ..options import collect_file_options, file_flags, load_named
from ..output import ExitStatus, plural, say, say_problems

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_JSON_LINES = ("requests", "segments")
_SUFFIXES = {"requests": ".json", "segments": ".jsonl"}


class _Target(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.4 on only
    """`requests`, `segments`, or the name of a format that can be written, plug-ins included.

    Plug-ins are looked up only for a name that is not built in, and for the help page.
    """

    name = "target"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        name = str(value)
        if name not in _JSON_LINES and not _is_writable(name):
            self.fail(f"{name!r} is not one of {', '.join(_targets())}", param, ctx)
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


@click.command(name="convert")
@file_flags
@click.option(
    "--to",
    type=_Target(),
    default="requests",
    help="requests (default): one body of POST …/from-segments per line; segments: one per line, "
    "times from the beginning of the file; or the transcript itself in another format.",
)
@click.option(
    "-o", "--output", metavar="PATH", help="A file, or a folder (ending in /) for one file each."
)
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
def command(inputs: tuple[str, ...], to: str, output: str | None, quiet: bool, **flags: Any) -> int:
    """Turn transcripts into Omi requests, segments, or another format.

    Data goes to standard output or PATH, messages go to standard error. INPUT may be '-'.
    """
    run = collect_file_options(flags)
    now = datetime.now(UTC)
    status = ExitStatus()
    with ExitStack() as stack:
        writer = _choose_writer(inputs, to, output, stack)
        for name in inputs:
            try:
                loaded = load_named(name, run, now)
                count = writer.write(name, list(_render(loaded, to)))
            except BridgeError as error:
                status.fail(error)
                continue
            if not quiet:
                say_problems(loaded.transcript, mention_guessed_start=to == "requests")
                say(f"{name}: {_describe_result(loaded, to, count)}{writer.where}")
    return status.code


def _describe_result(loaded: Loaded, to: str, count: int) -> str:
    """`12 utterances -> 1 request`."""
    utterances = plural(len(loaded.transcript.utterances), "utterance")
    if to in _JSON_LINES:
        return f"{utterances} -> {plural(count, to.removesuffix('s'))}"
    return f"{utterances} -> {to}"


def _render(loaded: Loaded, to: str) -> Iterator[str]:
    """One text for each thing that is written: a line of JSON, or all of another format."""
    if to == "requests":
        for body in make_bodies(loaded.transcript, loaded.options):
            yield _dump(body)
    elif to == "segments":
        for row in make_rows(loaded.transcript, loaded.options):
            yield _dump(row)
    else:
        yield _render_format(loaded.transcript, formats.get(to))


def _render_format(transcript: Transcript, format: formats.Format) -> str:
    has_no_words = transcript.turns and not transcript.utterances
    if has_no_words and format.kind != "turns":
        raise NoWordsError(
            f"speaker turns have no words to write as {format.name}; --untranscribed-text gives "
            "them some",
            path=transcript.path,
        )
    assert format.render is not None
    return format.render(transcript)


_dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


# ---- where it goes


def _choose_writer(
    inputs: tuple[str, ...], to: str, output: str | None, stack: ExitStack
) -> _StreamWriter | _FolderWriter:
    if output is not None and _is_folder(output):
        return _FolderWriter(Path(output), inputs, to)
    if to not in _JSON_LINES and len(inputs) > 1:
        raise SettingsError(
            f"several inputs cannot share one {to} file; give a folder, such as -o converted/"
        )
    return _StreamWriter(output, stack)


def _is_folder(output: str) -> bool:
    return output.endswith(("/", "\\")) or Path(output).is_dir()


class _StreamWriter:
    """Standard output, or one file, which is opened when there is something to write."""

    def __init__(self, path: str | None, stack: ExitStack) -> None:
        self.where = ""
        self._path: Path | None = None
        self._stream: IO[str] | None = None
        self._stack = stack
        if path is None or path == "-":
            self._stream = sys.stdout
        else:
            self._path = Path(path)
            self.where = f" in {path}"

    def write(self, _name: str, texts: list[str]) -> int:
        stream = self._open()
        for text in texts:
            stream.write(text if text.endswith("\n") else text + "\n")
        stream.flush()
        return len(texts)

    def _open(self) -> IO[str]:
        if self._stream is None:
            assert self._path is not None
            try:
                file = self._path.open("w", encoding="utf-8", newline="\n")
            except OSError as error:
                raise OutputError(
                    f"{self._path}: this cannot be written ({error.strerror}); choose another -o"
                ) from None
            self._stream = self._stack.enter_context(file)
        return self._stream


class _FolderWriter:
    """A folder: STEM.001.json, … for requests, STEM.srt and the like for the rest."""

    def __init__(self, folder: Path, inputs: tuple[str, ...], to: str) -> None:
        self.where = f" in {folder}/"
        self._folder = folder
        self._to = to
        self._suffix = _suffix(to)
        self._stems = _choose_stems(inputs)

    def write(self, name: str, texts: list[str]) -> int:
        stem = self._stems[name]
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if self._to == "requests":
                for number, text in enumerate(texts, 1):
                    self._write_file(f"{stem}.{number:03d}{self._suffix}", text + "\n")
            elif self._to in _JSON_LINES:
                self._write_file(f"{stem}{self._suffix}", "\n".join([*texts, ""]))
            else:
                self._write_file(f"{stem}{self._suffix}", texts[0])
        except OSError as error:
            raise OutputError(
                f"{self._folder}: this cannot be written ({error.strerror}); choose another -o"
            ) from None
        return len(texts)

    def _write_file(self, name: str, text: str) -> None:
        (self._folder / name).write_text(text, encoding="utf-8", newline="\n")


def _choose_stems(inputs: tuple[str, ...]) -> dict[str, str]:
    """Two inputs with one stem (a.srt and a.vtt) keep their full names."""
    counts = Counter(_stem(name) for name in inputs)
    stems = {}
    for name in inputs:
        stem = _stem(name)
        stems[name] = Path(name).name if counts[stem] > 1 else stem
    return stems


def _suffix(to: str) -> str:
    return _SUFFIXES.get(to) or formats.get(to).suffixes[0]


def _stem(name: str) -> str:
    if name == "-":
        return "stdin"
    return Path(name).stem
