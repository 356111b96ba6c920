"""The report for people: one HTML page, complete in itself, that needs no script and asks no server
for anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from importlib.resources import files as resources
from itertools import groupby
from string import Template

from .. import __version__
from ..problems import CODES
from ..timecode import render_span
from .charts import (
    MONTH_NAMES,
    Bar,
    Paint,
    bars_of,
    draw_lanes,
    draw_months,
    draw_share,
    name_label,
)
from .html import Child, Markup, join, tag
from .states import MEANINGS, TONES, FileState, Tone
from .summary import FileReport, Report, SentConversation

_PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="Transcript Bridge $version">
<title>$title</title>
<style>
$style</style>
</head>
<body>
$body
</body>
</html>
""")
_LABELS_SHOWN = 12
_COLOURS = 6


def render_page(report: Report) -> str:
    """The whole page."""
    root = _root(file.path for file in report.files)
    titles = {file.path: _title(file.path, root) for file in report.files}
    numbers = {file.path: number for number, file in enumerate(report.files, 1)}
    body = [
        _header(report, root),
        tag(
            "main",
            _overview(report),
            _attention(report, titles, numbers),
            _timeline(report),
            _voices(report),
            _files(report, titles, numbers),
            _around(report),
        ),
        tag(
            "footer",
            tag(
                "p",
                f"Written by Transcript Bridge {__version__}. Of what was said, only the speakers' "
                "labels stand in here.",
            ),
        ),
    ]
    style = resources(__package__).joinpath("page.css").read_text(encoding="utf-8")
    return _PAGE.substitute(
        version=__version__, title="Archive report", style=style, body=join(body)
    )


# ---- the top


def _header(report: Report, root: str) -> Markup:
    dates = [file.began for file in report.files if file.began]
    span = f"Recordings from {_day(min(dates))} to {_day(max(dates))}" if dates else "No recordings"
    return tag(
        "header",
        tag("h1", "Archive report"),
        tag("p", span, [" in ", tag("bdi", root, class_="path")] if root else None),
        tag("p", f"As of {_moment(report.made_at)}", class_="quiet"),
    )


def _overview(report: Report) -> Markup:
    totals = report.totals
    of = f"of {totals.conversations:,} conversations in Omi"
    tiles = (
        (
            f"{totals.stored:,}",
            of if totals.stored != totals.conversations else "conversations, all in Omi",
        ),
        (f"{totals.files:,}", "file" if totals.files == 1 else "files"),
        (f"{totals.segments:,}", "segments"),
        (_hours(totals.seconds), "hours of speech"),
    )
    rows = [
        state
        for state in reversed(MEANINGS)
        if totals.files_by_state[state] or totals.by_state[state]
    ]
    rows.sort(key=lambda state: list(TONES).index(MEANINGS[state].tone))
    return tag(
        "section",
        tag("h2", "Overview", class_="unseen"),
        tag(
            "dl",
            (tag("div", tag("dt", name), tag("dd", value)) for value, name in tiles),
            class_="tiles",
        ),
        tag("div", _states(report, rows), class_="states")
        if rows
        else tag("p", "Nothing was uploaded yet."),
        _remarks(report),
        class_="overview",
    )


def _states(report: Report, rows: Sequence[FileState]) -> Iterator[Markup]:
    totals = report.totals
    for what, counts in (("Conversations", totals.by_state), ("Files", totals.files_by_state)):
        parts: Counter[Tone] = Counter()
        for state, count in counts.items():
            parts[MEANINGS[state].tone] += count
        shares: dict[Tone, float] = {tone: parts[tone] for tone in TONES if parts[tone]}
        told = ", ".join(f"{parts[tone]:,} {TONES[tone]}" for tone in shares)
        if shares:
            yield tag("div", tag("span", what), draw_share(shares, f"{what}: {told}"), class_="bar")
    head = tag(
        "tr",
        tag("th", "State", scope="col"),
        tag("th", "Files", scope="col", class_="number"),
        tag("th", "Conversations", scope="col", class_="number"),
    )
    lines = (
        tag(
            "tr",
            tag("th", _badge(state), scope="row"),
            _number(totals.files_by_state[state]),
            _number(totals.by_state[state]),
        )
        for state in rows
    )
    yield tag(
        "table",
        tag("caption", "By state", class_="unseen"),
        tag("thead", head),
        tag("tbody", lines),
    )


def _remarks(report: Report) -> Markup | None:
    totals = report.totals
    said = []
    if totals.with_problems:
        said.append(
            f"In {_count(totals.with_problems, 'file')} something was repaired or lost while reading."
        )
    if totals.gone:
        said.append(f"{_count(totals.gone, 'file')} of the ledger can no longer be found.")
    if report.lanes_left_out:
        said.append(
            "The pictures of who spoke when were left out; --lanes draws them however many files there are."
        )
    return tag("p", " ".join(said), class_="quiet") if said else None


def _attention(
    report: Report, titles: dict[str, tuple[str, str]], numbers: dict[str, int]
) -> Markup | None:
    troubled = [file for file in report.files if file.troubles]
    if not troubled:
        return None
    items = [
        _aside(file, titles[file.path][1], numbers[file.path], *trouble)
        for file in troubled
        for trouble in file.troubles
    ]
    return tag(
        "section",
        tag("h2", "Set aside, and what to do ", tag("small", f"{len(items):,}")),
        tag("ul", items, class_="asides"),
    )


def _aside(
    file: FileReport,
    name: str,
    number: int,
    one: SentConversation | None,
    message: str,
    advice: str,
) -> Markup:
    part = f" part {one.part} of {one.parts}" if one and one.parts > 1 else ""
    link = tag("a", tag("bdi", name), href=f"#f{number}")
    return tag(
        "li",
        tag("p", _badge(one.state if one else file.state), " ", link, part),
        tag("p", _sentence(message)) if message else None,
        tag("p", tag("b", "To do: "), _sentence(_numbered(advice, one))) if advice else None,
    )


def _numbered(advice: str, one: SentConversation | None) -> str:
    return advice.replace("resolve'", f"resolve {one.number}'") if one else advice


# ---- the middle


def _timeline(report: Report) -> Markup | None:
    if not report.months:
        return None
    bars = bars_of(report.months)
    used = [tone for tone in TONES if any(bar.seconds.get(tone) for bar in bars)]
    legend = (tag("li", tag("span", class_=f"dot {tone}"), TONES[tone]) for tone in used)
    words = ("Month", "Files", "Conversations", "Hours")
    head = (
        tag("th", word, scope="col", class_="number" if number else None)
        for number, word in enumerate(words)
    )
    table = tag(
        "table",
        tag("caption", "The archive by month", class_="unseen"),
        tag("thead", tag("tr", head)),
        tag("tbody", (_bar_row(bar) for bar in bars if bar.files or bar.conversations)),
    )
    return tag(
        "section",
        tag("h2", "When it was recorded"),
        draw_months(bars),
        tag("ul", legend, class_="legend"),
        tag("details", tag("summary", "The numbers"), table),
    )


def _bar_row(bar: Bar) -> Markup:
    name: Child = tag("a", bar.name, href=f"#{bar.link}") if bar.link else bar.name
    return tag(
        "tr",
        tag("th", name, scope="row"),
        _number(bar.files),
        _number(bar.conversations),
        tag("td", _hours(bar.height), class_="number"),
    )


def _voices(report: Report) -> Markup | None:
    if not report.labels:
        return None
    paint = _painter(report)
    most = max(label.ms for label in report.labels) or 1
    rows = []
    for label in report.labels[:_LABELS_SHOWN]:
        bar = tag(
            "svg",
            tag("path", d=f"M0 5h{max(4, round(1000 * label.ms / most))}"),
            viewBox="0 0 1000 10",
            preserveAspectRatio="none",
            aria_hidden="true",
            class_=paint(label.label, label.is_user),
        )
        you = tag("small", " you") if label.is_user else None
        rows.append(
            tag(
                "tr",
                tag("th", name_label(label.label, label.name), you, scope="row"),
                tag("td", bar),
                tag("td", render_span(label.ms), class_="number"),
                tag("td", _count(len(label.files), "file"), class_="number"),
            )
        )
    more = len(report.labels) - _LABELS_SHOWN
    return tag(
        "section",
        tag("h2", "Who was heard"),
        tag(
            "table",
            tag("caption", "Talk time of each speaker, and in how many files", class_="unseen"),
            tag("colgroup", [tag("col")] * 4),
            tag("tbody", rows),
            class_="lanes voices",
        ),
        tag("p", f"and {_count(more, 'label')} more", class_="quiet") if more > 0 else None,
    )


# ---- the files


def _files(
    report: Report, titles: dict[str, tuple[str, str]], numbers: dict[str, int]
) -> Markup | None:
    if not report.files:
        return None
    paint = _painter(report)
    links = {
        path: tag("a", tag("bdi", "".join(titles[path])), href=f"#f{numbers[path]}")
        for path in titles
    }
    months = []
    for key, group in groupby(report.files, key=_month_of):
        own = list(group)
        title = f"{MONTH_NAMES[key[1] - 1]} {key[0]}" if key else "Without a date"
        hours = sum(file.seconds for file in own)
        told = _count(len(own), "file") + (f", {_hours(hours)} h" if hours else "")
        cards = (_card(file, titles[file.path], numbers[file.path], links, paint) for file in own)
        months.append(
            tag(
                "section",
                tag("h3", title, " ", tag("small", told)),
                cards,
                id=f"m{key[0]}-{key[1]}" if key else "undated",
                class_="month",
            )
        )
    return tag("section", tag("h2", "Every file"), months)


def _month_of(file: FileReport) -> tuple[int, int] | None:
    return (file.began.year, file.began.month) if file.began else None


def _card(
    file: FileReport, title: tuple[str, str], number: int, links: dict[str, Markup], paint: Paint
) -> Markup:
    folder, name = title
    facts = [
        _moment(file.began) if file.began else None,
        render_span(round(file.seconds * 1000)) + " long" if file.seconds else None,
        _count(file.segments, "segment") if file.segments else None,
        file.format or None,
        file.language,
        None if file.there else "the file is gone",
    ]
    shown = [tag("span", fact) for fact in facts if fact]
    return tag(
        "article",
        tag(
            "div",
            tag("h4", tag("bdi", name), " ", _badge(file.state)),
            tag("p", tag("bdi", folder), class_="path quiet") if folder else None,
            tag("p", shown, class_="facts") if shown else None,
            _sent_list(file),
            _message(file, links),
            _problems(file),
        ),
        draw_lanes(file, name, paint) if file.lanes else None,
        class_="file",
        id=f"f{number}",
    )


def _sent_list(file: FileReport) -> Markup | None:
    if not file.sent:
        told = f"will be {_count(file.expected, 'conversation')}" if file.expected else None
        return tag("p", told, class_="quiet") if told else None
    items = []
    for one in file.sent:
        part = f"{one.part}/{one.parts}" if one.parts > 1 else None
        state = MEANINGS[one.state].word if one.state != "done" or not one.id else None
        known = [part, tag("code", one.id) if one.id else None, state, one.account or None]
        items.append(tag("li", (tag("span", what) for what in known if what)))
    return tag("ul", items, class_="sent", aria_label=f"Conversations of {file.path}")


def _message(file: FileReport, links: dict[str, Markup]) -> Markup | None:
    if not file.message:
        return None
    if file.state == "duplicate":
        return tag(
            "p", "The same as ", links.get(file.message) or tag("bdi", file.message), class_="quiet"
        )
    return tag(
        "p", "Reading it today: " if file.sent else None, _sentence(file.message), class_="wrong"
    )


def _problems(file: FileReport) -> Markup | None:
    items = []
    for code, level, count in file.problems:
        if level != "note":
            known = CODES.get(code)
            words = _sentence(known.meaning) if known else "told by a plug-in"
            times = tag("small", tag("code", code), f" × {count:,}")
            items.append(
                tag(
                    "li",
                    tag("span", level, class_=f"level {level}"),
                    tag("span", words, " ", times),
                )
            )
    notes = [f"{code} × {count:,}" for code, level, count in file.problems if level == "note"]
    if notes:
        items.append(tag("li", tag("span", "note", class_="level"), tag("small", ", ".join(notes))))
    return tag("ul", items, class_="problems") if items else None


def _around(report: Report) -> Markup | None:
    around = report.around
    items = [
        tag("li", tag("bdi", path, class_="path"), ": ", what) for path, what in around.notices
    ]
    if around.other_files:
        counts = around.other_files.most_common()
        suffixes = ", ".join(
            f"{suffix or 'without a suffix'} {count:,}" for suffix, count in counts
        )
        items.append(
            tag("li", f"Files that are no transcripts ({around.other_files.total():,}): ", suffixes)
        )
    if around.other_forms:
        items.append(
            tag("li", f"Files left for a better form of the same recording: {around.other_forms:,}")
        )
    if around.hidden:
        items.append(tag("li", f"Hidden files and folders: {around.hidden:,}"))
    return tag("section", tag("h2", "Also met"), tag("ul", items, class_="told")) if items else None


# ---- small words


def _painter(report: Report) -> Callable[[str | None, bool], str]:
    ranks = {
        label.label: rank
        for rank, label in enumerate(label for label in report.labels if not label.is_user)
    }

    def paint(label: str | None, is_user: bool) -> str:
        if is_user:
            return "c0"
        return "c7" if label is None else f"c{ranks.get(label, 0) % _COLOURS + 1}"

    return paint


def _badge(state: FileState) -> Markup:
    meaning = MEANINGS[state]
    return tag("span", meaning.word, class_=f"badge {meaning.tone}")


def _number(count: int) -> Markup:
    return tag("td", f"{count:,}" if count else "–", class_="number")


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def _hours(seconds: float) -> str:
    hours = seconds / 3600
    return f"{hours:,.0f}" if hours >= 100 else f"{hours:.1f}" if hours >= 1 else f"{hours:.2f}"


def _day(at: datetime) -> str:
    return f"{at.day} {MONTH_NAMES[at.month - 1]} {at.year}"


def _moment(at: datetime) -> str:
    return f"{_day(at)}, {at:%H:%M}"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _root(paths: Iterable[str]) -> str:
    """The folder in which all of them lie."""
    folders = [
        path.replace("\\", "/").split("!")[0].split("/")[:-1] for path in paths if path != "-"
    ]
    common: list[str] = []
    for parts in zip(*folders, strict=False):
        if len(set(parts)) > 1:
            break
        common.append(parts[0])
    return "/".join(common)


def _title(path: str, root: str) -> tuple[str, str]:
    """(folder below the root, name)."""
    if path == "-":
        return "", "standard input"
    plain = path.replace("\\", "/")
    inner = plain[len(root) + 1 :] if root and plain.startswith(f"{root}/") else plain
    cut = max(inner.rfind("/"), inner.rfind("!")) + 1
    return inner[:cut], inner[cut:]
