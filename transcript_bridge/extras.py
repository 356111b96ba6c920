"""How an extra is added to this installation: pipx and uv keep a tool in a place of its own, where
pip does not look."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

_OF_PIPX = "pipx_metadata.json"
_OF_UV = "uv-receipt.toml"
"""What they write into the place of each tool."""


def name_install(extra: str) -> str:
    """The command that installs an extra beside those that are there."""
    place = Path(sys.prefix)
    install = "pip install"
    if (place / _OF_PIPX).is_file():
        install = "pipx runpip transcript-bridge install"
    elif (place / _OF_UV).is_file():
        install = f"uv pip install --python {shlex.quote(sys.executable)}"
    return f"{install} 'transcript-bridge[{extra}]'"
