"""`convert`: transcripts in, requests, segments or another format out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import click
from click.shell_completion import CompletionItem

from ... import formats
from ...errors import BridgeError, NoWordsError, OutputError, SettingsError
from ...pipeline import Loaded, make_bodies, make_rows
from ..options import collect_file_options, file_flags, load_named
from ..output import ExitStatus, plural, say, say_problems

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
    help="requests (default): one body of POST …/from-segments a line; segments: one a line, times from the "
    "file's beginning; or the transcript itself in another format.",
)
@click.option(
    "-o", "--output", metavar="PATH", help="A file, or a folder (ending in /) for a file each."
)
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
def command(inputs: tuple[str, ...], to: str, output: str | None, quiet: bool, **flags: Any) -> int:
    """Turn transcripts into Omi requests, segments, or another format.

    Data goes to standard output or PATH, words for people to standard error. INPUT may be '-'.
    """
    run = collect_file_options(flags)
    now = datetime.now(UTC)
    into_folder = output is not None and (output.endswith(("/", "\\")) or Path(output).is_dir())
    if to not in _JSON_LINES and len(inputs) > 1 and not into_folder:
        raise SettingsError(
            f"several inputs cannot share one {to} file; give a folder, such as -o converted/"
        )
    tally = ExitStatus()
    with ExitStack() as stack:
        writer = (
            _FolderWriter(Path(output or ""), inputs, to)
            if into_folder
            else _StreamWriter(output, stack)
        )
        for name in inputs:
            try:
                loaded = load_named(name, run, now)
                count = writer.write(name, list(_render(loaded, to)))
            except BridgeError as error:
                tally.fail(error)
                continue
            transcript = loaded.transcript
            if not quiet:
                say_problems(transcript, mention_guessed_start=to == "requests")
                what = plural(count, to.removesuffix("s")) if to in _JSON_LINES else to
                say(
                    f"{name}: {plural(len(transcript.utterances), 'utterance')} -> {what}{writer.where}"
                )
    return tally.code


def _render(loaded: Loaded, to: str) -> Iterator[str]:
    """One text for each thing that is written: a line of JSON, or the whole of another format."""
    transcript = loaded.transcript
    if to == "requests":
        for body in make_bodies(transcript, loaded.options):
            yield _dump(body)
    elif to == "segments":
        for row in make_rows(transcript, loaded.options):
            yield _dump(row)
    else:
        format = formats.get(to)
        if format.kind != "turns" and transcript.turns and not transcript.utterances:
            raise NoWordsError(
                f"speaker turns have no words to write as {to}; --untranscribed-text gives them some",
                path=transcript.path,
            )
        assert format.render is not None
        yield format.render(transcript)


_dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class _StreamWriter:
    """Standard output, or one file that is opened when there is something to put into it."""

    def __init__(self, path: str | None, stack: ExitStack) -> None:
        self.path = None if path == "-" else path
        self.where = f" in {path}" if self.path else ""
        self._stack = stack
        self._stream: IO[str] | None = None if self.path else sys.stdout

    def write(self, _name: str, texts: list[str]) -> int:
        if self._stream is None:
            assert self.path is not None
            try:
                stream = Path(self.path).open("w", encoding="utf-8", newline="\n")  # noqa: SIM115  # the stack closes it
                self._stream = self._stack.enter_context(stream)
            except OSError as error:
                raise OutputError(
                    f"{self.path}: this cannot be written ({error.strerror}); choose another -o"
                ) from None
        for text in texts:
            self._stream.write(text if text.endswith("\n") else text + "\n")
        self._stream.flush()
        return len(texts)


class _FolderWriter:
    """A folder: STEM.001.json, … for requests, STEM.srt and the like for the rest."""

    def __init__(self, folder: Path, inputs: tuple[str, ...], to: str) -> None:
        self.where = f" in {folder}/"
        self._folder = folder
        self._to = to
        stems = [_stem(name) for name in inputs]
        # Two inputs of one stem (a.srt beside a.vtt) keep their whole names apart.
        self._stems = {
            n: Path(n).name if stems.count(s) > 1 else s for n, s in zip(inputs, stems, strict=True)
        }

    def write(self, name: str, texts: list[str]) -> int:
        stem, suffix = self._stems[name], _suffix(self._to)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if self._to == "requests":
                for number, text in enumerate(texts, 1):
                    self._put(f"{stem}.{number:03d}{suffix}", text + "\n")
            else:
                self._put(
                    f"{stem}{suffix}",
                    "\n".join([*texts, ""]) if self._to in _JSON_LINES else texts[0],
                )
        except OSError as error:
            raise OutputError(
                f"{self._folder}: this cannot be written ({error.strerror}); choose another -o"
            ) from None
        return len(texts)

    def _put(self, name: str, text: str) -> None:
        (self._folder / name).write_text(text, encoding="utf-8", newline="\n")


def _suffix(to: str) -> str:
    return _SUFFIXES.get(to) or formats.get(to).suffixes[0]


def _stem(name: str) -> str:
    return "stdin" if name == "-" else Path(name).stem
