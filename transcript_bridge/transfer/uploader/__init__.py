"""The loop that takes requests from the ledger to a server. Running it again resumes the work.

One thread, the caller's, reads sources, claims requests and decides what comes next. A pool of
threads talks to the server and records the answers.

run.py       the `Uploader`, and its loop: choose, claim, judge the outcome
sources.py   read one source and plan its requests
jobs.py      the requests of this run: which is next
sending.py   in a thread of the pool: talk to the server, record the outcome
replacing.py what `--changed replace` deletes in the end
waiting.py   until when nothing may be sent, and outages
"""

from .run import Uploader
from .sources import SourceReader
from .waiting import OUTAGE

__all__ = ["OUTAGE", "SourceReader", "Uploader"]
