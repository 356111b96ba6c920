"""The review page: see and correct an archive in the browser of this machine.

    serving    a web server on 127.0.0.1, in front or in a thread
    gate       who may ask for what: host, one-time address, cookie, origin, headers
    keys       the secrets of one run
    app        the places put together, and the answer to what goes wrong
    frame      what all pages have: head, navigation, status line; controls: buttons and lists
    answers    how a route answers: a page, the outcome of a choice
    session    what the page is about: an archive, read in a thread, and its recordings by number
    contents   the list of recordings, and what each needs; arrived_recordings: its first rows
    opened     one recording, read; speech: who speaks in it when
    wording    what the page calls recordings and moments; shown_names: how much of a name
    seen_archive, ledger_access    the archive and the ledger, for sending
    sender     sends the archive in a thread; run_state: how far that is
    places/    one folder for each place of the page (place: what that is)
    assets/    the style and the scripts of the browser, one script for each place

It is a client of `workspace`, `archive` and `transfer`, like the command line: what is chosen on
the page is written to the same settings files. The browser gets complete HTML; scripts only send
choices and put the answers in their places.
"""

from ..errors import MissingExtraError
from ..extras import name_install

try:
    import starlette  # noqa: F401  # imported first, to give the advice below
    import uvicorn  # noqa: F401
except ImportError:
    raise MissingExtraError(f"the page needs: {name_install('web')}") from None

from .serving import run_review, serve
from .session import Session

__all__ = ["Session", "run_review", "serve"]
