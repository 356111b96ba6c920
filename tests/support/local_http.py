"""One HTTP client for requests of tests to servers on this machine.

A client of httpx loads all certificates of the machine when it is made, which takes 12 ms of CPU
time, and gives up after 5 s, which a busy machine may need.
"""

from __future__ import annotations

import httpx

from tests.support.command import PATIENCE_SECONDS

LOCAL_HTTP = httpx.Client(
    trust_env=False,
    verify=False,  # nothing here is encrypted
    timeout=PATIENCE_SECONDS,
    # A crash of a server closes its connections without notice, so none is used twice.
    limits=httpx.Limits(max_keepalive_connections=0),
)
