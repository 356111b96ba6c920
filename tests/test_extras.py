"""The command that installs an extra, if pipx or uv has installed the program."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from transcript_bridge.extras import name_install


@pytest.mark.parametrize(
    ("written", "command"),
    [
        ("pyvenv.cfg", "pip install"),
        ("pipx_metadata.json", "pipx runpip transcript-bridge install"),
        ("uv-receipt.toml", "uv pip install --python '/a b/python'"),
    ],
)
def test_the_command_installs_where_the_program_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, command: str
) -> None:
    (tmp_path / written).touch()
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(sys, "executable", "/a b/python")
    assert name_install("docx") == f"{command} 'transcript-bridge[docx]'"
