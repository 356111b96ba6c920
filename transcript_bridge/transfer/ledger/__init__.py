"""The ledger: what was planned, sent and stored, so that every conversation is created once.

This is the only package that uses SQL. It uses a SQLite file or a PostgreSQL database.

ledger.py     the `Ledger`: each method is one transaction
opened.py     open and close it
accounts.py   which accounts there are
joining.py    join accounts that are one, for example after a change of the key
other_file.py what another ledger file knows about the same sources
copying.py    copy a ledger file into a database on a server
planning.py   write down what a source consists of
unsent.py     delete planned requests whose source has changed
same_words.py what was sent with the same words under another name
claims.py     take requests for sending
outcomes.py   record their outcomes
refused.py    accounts whose key the server has never accepted
removals.py   record what `undo` has hidden or deleted
titles.py     which conversations are to get the title of their file
rate.py       the user's own limit of writes per hour
window_totals.py  the windows of all accounts, for monitoring
rivals.py     which other requests a conversation on the server could belong to
owners.py     which process holds a claim, and whether it is still running
views.py      what the commands show
plan_lookup.py  what the ledger knows about the recordings of a plan
replaced.py   which requests were replaced by newer ones and no longer count
counts.py     the numbers of requests and files, for `status`
triggers.py   how the database maintains these numbers
file_marks.py which rows are counted as a file, or as not begun
wanted.py     recordings that are to be sent and were not begun
rows.py       database rows as plain data, and back
schema.py     the tables
upgrades.py   create them, or upgrade those of an older ledger
database.py   open, lock, read and write a database
engines.py    the engine of SQLAlchemy, and the settings of its connections
sqlite_file.py   detect that a SQLite file was deleted, and save its contents
sent_counter.py  detect that a SQLite file is older than what was sent with it
location.py   its path or URL, without passwords in any message
failures.py   messages for errors of the database
"""

from .claims import Busy, Claim, Claimant, Claimed, Closed, Dropped, claiming
from .copying import copy_ledger
from .counts import AccountCounts, RequestKind
from .engines import SESSION_SETTINGS
from .joining import SentElsewhere
from .ledger import Ledger
from .location import describe_location, find_connection_string
from .other_file import look_elsewhere
from .plan_lookup import RequestView, SourceView
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
    "copy_ledger",
    "describe_location",
    "find_connection_string",
    "is_due",
    "look_elsewhere",
    "plan_again",
    "plan_removed",
]
