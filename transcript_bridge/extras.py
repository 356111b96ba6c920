"""The command that adds an extra to this installation. pipx and uv keep each tool in an environment
of its own, which a plain pip command would not change."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

_OF_PIPX = "pipx_metadata.json"
_OF_UV = "uv-receipt.toml"
"""A file that they write into the environment of each tool."""


def name_install(extra: str) -> str:
    """The command that installs an extra and keeps those that are installed."""
    place = Path(sys.prefix)
    install = "pip install"
    if (place / _OF_PIPX).is_file():
        install = "pipx runpip transcript-bridge install"
    elif (place / _OF_UV).is_file():
        install = f"uv pip install --python {shlex.quote(sys.executable)}"
    return f"{install} 'transcript-bridge[{extra}]'"
