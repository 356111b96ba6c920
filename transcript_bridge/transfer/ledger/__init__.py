"""The ledger: what was planned, sent and stored, so that every conversation is created once.

The only room that knows SQL. It writes to a SQLite file or to a PostgreSQL database.

ledger.py     the `Ledger`: each method is one transaction
opened.py     open and close it
accounts.py   which accounts there are
joining.py    one account under two names, such as after a change of the key
other_file.py what another ledger file knows of the same sources
planning.py   write down what a source consists of
unsent.py     delete planned requests whose source has changed
same_words.py what was sent with the same words under another name
claims.py     take requests for sending
outcomes.py   record what became of them
removals.py   what `undo` has hidden or deleted
titles.py     which conversations are to get the title of their file
rate.py       the user's own limit of writes per hour
window_totals.py  the windows of all accounts, for monitoring
rivals.py     which requests a conversation on the server could belong to
owners.py     which process holds a claim, and whether it is still running
views.py      what the commands show
known.py      what a plan asks of its recordings
newest.py     what was removed and replaced, and no longer counts
counts.py     how much there is of what, for `status`
triggers.py   how the database keeps these counts
file_marks.py which rows count as a file, or as not begun
wanted.py     what is to be sent, and was not begun
rows.py       database rows as plain data, and back
schema.py     the tables, and how older ledgers are upgraded
database.py   open, lock, read and write a database
sqlite_file.py   is a SQLite file still there; save it if it was deleted
sent_counter.py  is a SQLite file older than what was sent with it
location.py   its path or URL, without passwords in any message
failures.py   what a database reports, as one line for people
"""

from .claims import Busy, Claim, Claimant, Claimed, Closed, Dropped, claiming
from .counts import AccountCounts, RequestKind
from .database import SESSION_SETTINGS
from .joining import SentElsewhere
from .known import RequestView, SourceView
from .ledger import Ledger
from .location import describe_location, find_connection_string
from .other_file import look_elsewhere
from .planning import ChangePolicy, PlanConflict, SourcePlan, plan_again, plan_removed
from .rivals import Rivals
from .rows import is_due
from .views import AccountView, FoundContent, LedgerEntry
from .wanted import Unsent, Wanted

__all__ = [
    "SESSION_SETTINGS",
    "AccountCounts",
    "AccountView",
    "Busy",
    "ChangePolicy",
    "Claim",
    "Claimant",
    "Claimed",
    "Closed",
    "Dropped",
    "FoundContent",
    "Ledger",
    "LedgerEntry",
    "PlanConflict",
    "RequestKind",
    "RequestView",
    "Rivals",
    "SentElsewhere",
    "SourcePlan",
    "SourceView",
    "Unsent",
    "Wanted",
    "claiming",
    "describe_location",
    "find_connection_string",
    "is_due",
    "look_elsewhere",
    "plan_again",
    "plan_removed",
]
