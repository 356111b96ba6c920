"""The report on what happened to an archive, as data and as a page.

    ledger ──entries──▶ build_report ──▶ Report ──▶ page     one HTML file without dependencies
    files  ──check──▶        ▲             ╰─────▶ export   JSON, or rows for a table
                  SourceStatus

sources.py     whether a source still exists, and what is in it; lanes.py: who speaks in it when
building.py    the ledger and the files, combined
summary.py     the report as data; totals.py has its sums
states.py      what a state means, and what to do about it
export.py      the report for programs
page.py        the report for people: overview.py and file_cards.py are its sections, charts.py and
               bars.py draw, wording.py writes numbers and dates, html.py escapes, context.py has
               what the sections share, page.css is the style
redaction.py   removes quoted text from messages

A report contains no text of a transcript, only labels and file names.
"""

from .building import build_report
from .export import report_data, report_rows
from .lanes import COLUMNS, Lane
from .page import read_style, render_page
from .sources import SourceStatus, check_ledger_sources, check_plan_sources, with_lanes
from .summary import FileReport, Leftovers, Month, Report, SentConversation, Totals

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
    "read_style",
    "render_page",
    "report_data",
    "report_rows",
    "with_lanes",
]
