"""Files that are not read: which look like a transcript, and what to export instead.

`export_advice` checks the name and the first kilobytes. A file that looks like a transcript is
named in the plan and in the report, with the advice; others are counted by suffix.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from itertools import pairwise
from typing import NamedTuple

from ..errors import InputError
from ..extras import name_install
from ..formats import with_suffix_of
from .containers.packed_members import open_member
from .files import DAMAGED, ArchiveFile

_DOCUMENT_SUFFIXES = (
    "docx odt rtf html htm xml md csv sub ass ssa ttml dfxp itt smi sami scc stl eaf textgrid cha"
)
DOCUMENTS = frozenset(f".{name}" for name in _DOCUMENT_SUFFIXES.split())
"""Suffixes of files that may contain a transcript in a form that is not read. They are opened only
to find that out. If a plug-in's format has such a suffix, it reads the file."""
NAMED_DOCUMENTS = frozenset({".pdf", ".doc", ".pages", ".xlsx", ".xls"})
"""Documents that are judged only by their names."""

SHARED_SUFFIXES = frozenset({".md"})
"""Suffixes of documents that a format also has: its files are recognized only by content."""
_HEAD_BYTES = 64 * 1024
_PACKED_DOCUMENT_BYTES = 8 * 1024 * 1024
"""Bytes of a .docx or .odt; larger ones contain many pictures."""
_MIN_TIMED_LINES = 3
_ORDERED_SHARE = 0.9
"""The share of neighboring times that rise in a transcript; in tables and logs of chats they do
not."""

_LIFELOG_NAME = re.compile(r"\d{4}-\d\d-\d\d_\d\dh\d\dm\d\ds_.*\.md", re.IGNORECASE)
_TRANSCRIPT_NAME = re.compile(r"transcri|transkri|caption|subtitle|untertitel", re.IGNORECASE)
_CLOCK = r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)(?:[.,]\d{1,3})?"
_TIMED_LINE = re.compile(
    rf"^[ \t>#*\"'\-]*[(\[<{{]?{_CLOCK}\b(?!\s*[ap]\.?m\b)"
    rf"|(?<![\d:.]){_CLOCK}[)\]>}}]?[ \t*]*$",
    re.MULTILINE | re.IGNORECASE,
)
"""A line that begins or ends with a time, as in `[00:12] Hello` and `Speaker 1  0:03`."""
_JSON_WORDS = re.compile(
    r'"(?:text|transcript|utterance|words?|content|sentence|body)"\s*:\s*["\[]'
)
_JSON_SPEECH = re.compile(
    r'"(?:speaker\w*|start\w*|end\w*|offset\w*|time_?stamps?|transcripts?|utterances|alternatives)"'
    r"\s*:",
    re.IGNORECASE,
)
_BREAKS = re.compile(
    r"</w:p>|<w:br\b[^<>]{0,200}>|</text:p>|<br\b[^<>]{0,200}>|</(?:p|div|li|tr|h\d)>|\\par\b"
)
_MARKUP = re.compile(r"<[^<>]{0,2000}>|\\[a-z]{1,30}-?\d{0,9} ?|[{}]")

_SUBTITLES = "save it as .srt in a subtitle editor, such as Subtitle Edit or Aegisub"
_GENERAL = "export it as .srt or .vtt from the program or service that made it"


class LeftOut(NamedTuple):
    """A file that is not read."""

    path: str
    suffix: str
    """The suffix in lower case, with its dot; empty without a suffix."""
    absolute: str
    """The absolute path, as in the ledger."""
    advice: str = ""
    """What to do if it may contain transcripts: what to export instead, or to unpack it."""
    why: str = ""
    """What it is instead, if it has the format of a transcript and no speech."""

    @classmethod
    def of(cls, file: ArchiveFile, advice: str = "", *, why: str = "") -> LeftOut:
        """A file of an archive."""
        return cls(file.path, file.suffix, file.absolute, advice, why)


def count_suffixes(files: Iterable[LeftOut]) -> Counter[str]:
    """How many of the files that do not look like transcripts have each suffix."""
    return Counter(file.suffix for file in files if not file.advice)


# ---- what a file looks like


def is_document(file: ArchiveFile) -> bool:
    """Whether a file is opened only to find out whether it contains a transcript."""
    if file.suffix not in DOCUMENTS:  # the usual case
        return False
    return not with_suffix_of(file.name)


def advise_by_name(file: ArchiveFile) -> str:
    """The advice about a document that is never opened; empty if its name says nothing."""
    if file.suffix in NAMED_DOCUMENTS and _TRANSCRIPT_NAME.search(file.name):
        return f"it is named like a transcript, but {file.suffix} files are not read: {_GENERAL}"
    return ""


def describe_unread(file: ArchiveFile) -> LeftOut:
    """A file that turned out not to be a transcript, with what is known about it."""
    advice = export_advice(file)
    if not advice and _LIFELOG_NAME.fullmatch(file.name):
        return LeftOut.of(file, why="this is a Limitless lifelog without speech")
    return LeftOut.of(file, advice)


def export_advice(file: ArchiveFile) -> str:
    """What to export instead of a file that looks like a transcript; empty for other files.

    Never raises: a file that cannot be read is judged only by its name.
    """
    text = _read_text(file)
    for kind in _KINDS:
        is_of_kind = not kind.suffixes or file.suffix in kind.suffixes
        if is_of_kind and kind.matches(text):
            return f"{kind.name}: {kind.instead}"
    return ""


def _read_text(file: ArchiveFile) -> str:
    """The first kilobytes of text in a file, with one line per paragraph."""
    if file.suffix in _MARKED_UP:
        return _plain_text(_read_markup(file))
    return _read_head(file)


def _read_markup(file: ArchiveFile) -> str:
    inner = _PACKED_TEXTS.get(file.suffix)
    if inner is None:
        return _read_head(file)
    if file.size > _PACKED_DOCUMENT_BYTES:
        return ""
    try:
        packed = zipfile.ZipFile(io.BytesIO(file.read()))
        with packed, open_member(packed, inner) as stream:
            return stream.read(4 * _HEAD_BYTES).decode("utf-8", "replace")
    except (InputError, *_UNREADABLE):
        return ""


def _read_head(file: ArchiveFile) -> str:
    try:
        head = file.read(_HEAD_BYTES)
    except InputError:
        return ""
    encoding = "utf-8"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    return head.decode(encoding, "replace").replace("\r\n", "\n").replace("\r", "\n")


def _plain_text(markup: str) -> str:
    return html.unescape(_MARKUP.sub("", _BREAKS.sub("\n", markup)))


_PACKED_TEXTS = {".docx": "word/document.xml", ".odt": "content.xml"}
_MARKED_UP = frozenset({".docx", ".odt", ".rtf", ".html", ".htm"})
_UNREADABLE = (RuntimeError, OSError, *DAMAGED)


def _has_times(text: str) -> bool:
    """Whether several lines begin or end with a time, and the times rise."""
    times = []
    for found in _TIMED_LINE.finditer(text):
        hours, minutes, seconds = found.group(1, 2, 3)
        if seconds is None:
            hours, minutes, seconds = found.group(4, 5, 6)
        times.append(int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds))
    if len(times) < _MIN_TIMED_LINES:
        return False
    rising = sum(later >= earlier for earlier, later in pairwise(times))
    return times[-1] > times[0] and rising >= _ORDERED_SHARE * (len(times) - 1)


def _needs_extra(text: str) -> bool:
    """Whether a Word document has times, but nothing here can read it."""
    return find_spec("docx") is None and _has_times(text)


def _has_speech(text: str) -> bool:
    """Whether JSON has words together with speakers or times."""
    is_json = text.lstrip("\ufeff \t\r\n").startswith(("{", "["))
    return is_json and bool(_JSON_WORDS.search(text)) and bool(_JSON_SPEECH.search(text))


class _FileKind(NamedTuple):
    """A kind of file that looks like a transcript.

    suffixes: only files with one of these; empty means all. matches: takes the text of the file.
    """

    name: str
    suffixes: tuple[str, ...]
    matches: Callable[[str], bool]
    instead: str


def _contains(pattern: str) -> Callable[[str], bool]:
    expression = re.compile(pattern)
    return lambda text: expression.search(text) is not None


_ANY = _contains("")
_IN_NO_FORM = "in a form that is not read"
_KINDS = (
    _FileKind("EBU subtitles are not read", (".stl",), _contains(r"\A.{3}STL"), _SUBTITLES),
    _FileKind(
        f"SAMI captions {_IN_NO_FORM}", (".smi", ".sami"), _contains("(?i)<sami"), _SUBTITLES
    ),
    _FileKind(f"Scenarist captions {_IN_NO_FORM}", (".scc",), _ANY, _SUBTITLES),
    _FileKind(
        f"MicroDVD subtitles {_IN_NO_FORM}",
        (".sub",),
        _contains(r"\A\ufeff?\{\d+\}"),
        _SUBTITLES,
    ),
    _FileKind(
        f"annotations {_IN_NO_FORM}",
        (".eaf", ".textgrid", ".cha"),
        _ANY,
        "export them as .srt from ELAN, Praat or CLAN",
    ),
    _FileKind(
        f"JSON of Amazon Transcribe {_IN_NO_FORM}",
        (),
        _contains(r'"results"\s*:\s*\{\s*"(?:transcripts|items|language_codes|speaker_labels)"'),
        "ask it for subtitles (.srt or .vtt) as well",
    ),
    _FileKind(
        "Word documents are read with an extra",
        (".docx",),
        _needs_extra,
        f"{name_install('docx')}, or download the .vtt in Teams or Stream",
    ),
    _FileKind(
        f"the times of this Word document are {_IN_NO_FORM}",
        (".docx",),
        _has_times,
        "download the .vtt in Teams or Stream, or " + _GENERAL,
    ),
    _FileKind("text with times in this form is not read", (), _has_times, _GENERAL),
    _FileKind("JSON with speech in this form is not read", (), _has_speech, _GENERAL),
)
"""The first that matches decides."""
