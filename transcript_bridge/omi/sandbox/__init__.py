"""The Omi Developer API on this machine, for demos and for tests that need a server that fails on
demand.

    with run_sandbox(SandboxSettings(generation="old")) as url:
        OmiClient("omi_dev_anything", url).create_conversation(...)

It behaves as described in docs/server.md, in three generations. Every key `omi_dev_…` is a separate
user. A key that begins with `omi_dev_readonly` may only read; one that begins with `omi_dev_wrong`
is refused. `/_sandbox/…` shows what was stored and answered, and takes orders for faults
(control.py), with the token of `SandboxSettings.control_token`.

settings.py   its options                   limits.py    requests per window
schema.py     the bodies of requests        store.py     the conversations (SQLite)
rules.py      what is refused, what crashes faults.py    cut connections, wrong answers
app.py        the endpoints                 answers.py   the bodies of answers
control.py    the endpoints of `/_sandbox`  serving.py   uvicorn, in a thread or in the foreground
guards.py     which requests are answered
"""

from ...errors import MissingExtraError
from ...extras import name_install

try:
    import fastapi  # noqa: F401  # imported first, to give the advice below
    import uvicorn  # noqa: F401
except ImportError:
    raise MissingExtraError(f"the sandbox needs: {name_install('sandbox')}") from None

from .app import create_app
from .guards import TOKEN_HEADER, make_token
from .serving import run_sandbox, serve
from .settings import SandboxSettings

__all__ = ["TOKEN_HEADER", "SandboxSettings", "create_app", "make_token", "run_sandbox", "serve"]
