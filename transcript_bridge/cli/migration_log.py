"""The log of `migrate --log-format json` about the plan; events of the upload follow."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ..transfer.event_log import log_event

if TYPE_CHECKING:
    from ..archive.plan import ArchivePlan


def log_plan(profile: str, plan: ArchivePlan) -> None:
    """Log how much is to be sent, and each file that cannot be; `inspect` says why."""
    counts = plan.totals.counts
    log_event(
        logging.INFO,
        "planned",
        profile=profile,
        files=plan.files,
        conversations=plan.totals.conversations,
        to_go=counts.to_go,
        changed=counts.changed,
        not_read=len(plan.unread),
    )
    for summary in plan.failed:
        log_event(logging.ERROR, "file-failed", profile=profile, path=summary.path)
    for summary in plan.turns_alone:
        log_event(logging.ERROR, "turns-without-words", profile=profile, path=summary.path)
    for path, _message in plan.notices:  # the message may quote the file
        log_event(logging.WARNING, "file-doubtful", profile=profile, path=path)
