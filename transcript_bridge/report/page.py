"""The report for people: one HTML page that needs no script and loads nothing."""

from __future__ import annotations

from importlib.resources import files as resources
from string import Template

from .. import __version__
from .context import PageContext
from .file_cards import render_files
from .html import Markup, join, tag, text
from .overview import render_months, render_overview, render_speakers, render_troubles
from .summary import Leftovers, Report
from .wording import day_of, moment_of

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


def render_page(report: Report) -> str:
    """The whole page."""
    context = PageContext(report)
    body = [
        _header(report, context.root),
        tag(
            "main",
            render_overview(report),
            render_troubles(report, context),
            render_months(report),
            render_speakers(report, context),
            render_files(report, context),
            _leftovers(report),
        ),
        _footer(),
    ]
    return _PAGE.substitute(
        version=__version__, title=_title(report, context.root), style=read_style(), body=join(body)
    )


def read_style() -> str:
    """The style sheet, which other pages also use."""
    return resources(__package__).joinpath("page.css").read_text(encoding="utf-8")


def _title(report: Report, root: str) -> Markup:
    """`Archive report: exports, 28 November 2026`."""
    folder = root.rsplit("/", 1)[-1]
    name = ""
    if folder:
        name = f": {folder}"
    return text(f"Archive report{name}, {day_of(report.made_at)}")


def _header(report: Report, root: str) -> Markup:
    dates = [file.began for file in report.files if file.began]
    span = "No recordings"
    if dates:
        span = f"Recordings from {day_of(min(dates))} to {day_of(max(dates))}"
    moment = f"As of {moment_of(report.made_at)}"
    folder = None
    if root:
        folder = [" in ", tag("bdi", root, class_="path")]
    return tag(
        "header",
        tag("h1", "Archive report"),
        tag("p", span, folder),
        tag("p", f"{moment}. Times are in {report.made_at.tzinfo}.", class_="quiet"),
    )


def _leftovers(report: Report) -> Markup | None:
    """Render the files that are not transcripts, and what was left out."""
    leftovers = report.leftovers
    items = []
    for path, message in leftovers.notices:
        items.append(tag("li", tag("bdi", path, class_="path"), ": ", message))
    if leftovers.other_files:
        counts = [
            f"{suffix or 'without a suffix'} {count:,}"
            for suffix, count in leftovers.other_files.most_common()
        ]
        total = leftovers.other_files.total()
        words = f"Files that are not transcripts ({total:,}): "
        items.append(tag("li", words, ", ".join(counts), _left_out_names(leftovers)))
    if leftovers.other_forms:
        count = leftovers.other_forms
        items.append(tag("li", f"Other forms of recordings, not needed: {count:,}"))
    if leftovers.hidden:
        items.append(tag("li", f"Hidden files and folders: {leftovers.hidden:,}"))
    if not items:
        return None
    return tag("section", tag("h2", "Also found"), tag("ul", items, class_="notices"))


def _left_out_names(leftovers: Leftovers) -> Markup:
    names = []
    for file in leftovers.left_out:
        why = ""
        if file.why:
            why = f": {file.why}"
        names.append(tag("li", tag("bdi", file.path, class_="path"), why))
    return tag("details", tag("summary", "The names"), tag("ul", names))


def _footer() -> Markup:
    words = (
        f"Written by Transcript Bridge {__version__}. It contains nothing of what was said, only "
        "the speakers' labels."
    )
    return tag("footer", tag("p", words))
