"""The environment of the process: where the user's folders are."""

from __future__ import annotations

import sys

import platformdirs
import pytest

from tests.support.command import Run
from transcript_bridge.cli.environment import read_environment
from transcript_bridge.workspace.locations import APP


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere platformdirs is always asked")
def test_the_data_folder_is_that_of_platformdirs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    expected = platformdirs.user_data_path(APP, appauthor=False)
    assert read_environment().find_data_folder() == expected


def test_a_variable_of_a_switch_that_is_neither_true_nor_false_is_named(run: Run) -> None:
    ran = run("status", TRANSCRIPT_BRIDGE_ALLOW_HTTP="perhaps")
    assert ran.code == 2
    assert "$TRANSCRIPT_BRIDGE_ALLOW_HTTP must be true or false" in ran.err
    assert run("status", TRANSCRIPT_BRIDGE_ALLOW_HTTP="TRUE").code == 0
