"""What happened to an archive, as data and as a page.

    ledger ──entries──▶ build_report ──▶ Report ──▶ page    one HTML file, complete in itself
    files  ──look at──▶       ▲            ╰─────▶ plain   JSON, or rows for a table
                        SourceStatus ─╯

reading.py    what is still there of a source, and who speaks in it when
summary.py    ledger and files put together
words.py      what a state means, and what to do about it
plain.py      the report for machines
page.py       the report for people; pictures.py draws, markup.py escapes, page.css is how it looks

No text of a transcript gets in, but labels and the names of files.
"""

from .export import report_data, report_rows
from .page import render_page
from .sources import (
    COLUMNS,
    Lane,
    SourceStatus,
    check_ledger_sources,
    check_plan_sources,
    with_lanes,
)
from .summary import FileReport, Leftovers, Month, Report, SentConversation, Totals, build_report

__all__ = [
    "COLUMNS",
    "FileReport",
    "Lane",
    "Leftovers",
    "Month",
    "Report",
    "SentConversation",
    "SourceStatus",
    "Totals",
    "build_report",
    "check_ledger_sources",
    "check_plan_sources",
    "render_page",
    "report_data",
    "report_rows",
    "with_lanes",
]
