"""Files that an earlier version sent in part, by rules that have changed since: nothing doubles.

Earlier, cues that start at one moment were sorted by their ends, and `--merge-gap` had no limits.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from operator import itemgetter
from pathlib import Path

import pytest

from tests.support.command import Run
from tests.support.local_http import LOCAL_HTTP
from transcript_bridge.models import Utterances
from transcript_bridge.omi.client import OmiClient
from transcript_bridge.options import Options
from transcript_bridge.problems import ProblemLog
from transcript_bridge.shaping import repair
from transcript_bridge.shaping.merging import MergeLimits

KEY = "omi_dev_EarlierRules"


def write_cues(path: Path, *texts: str, ends: Callable[[int], int]) -> Path:
    """Cues of which two each start at the same second, and four each are in one minute."""
    cues = []
    for number, text in enumerate(texts):
        clock = f"00:{number // 4:02}"
        start = number % 4 // 2 * 5
        end = start + ends(number)
        times = f"{clock}:{start:02},000 --> {clock}:{end:02},000"
        cues.append(f"{number + 1}\n{times}\nMara: {text}\n")
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(cues), encoding="utf-8")
    return path


@contextmanager
def earlier_version() -> Iterator[None]:
    def sort(utterances: Utterances, log: ProblemLog) -> Utterances:
        log.add("out-of-order", "some utterances were out of order; sorted by time")
        return Utterances.of(sorted(utterances, key=itemgetter(0, 1)))

    def merge_limits(self: Options, gap: timedelta) -> MergeLimits:
        return MergeLimits(round(gap.total_seconds() * 1000), 10**9, 10**9)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repair, "_sort", sort)
        patch.setattr(Options, "merge_limits", merge_limits)
        yield


def count_words(url: str) -> Counter[str]:
    with OmiClient(KEY, url) as omi:
        found = omi.list_conversations(limit=25, include_transcript=True)
    words: Counter[str] = Counter()
    for conversation in found:
        for segment in conversation.transcript_segments or ():
            words.update(segment.text.split())
    return words


LONG = "word " * 200
CASES = {
    "equal-starts": (lambda number: 3 - number % 2, ("--max-segments", "3"), "w"),
    "merge-gap": (lambda number: 4, ("--max-segments", "1", "--merge-gap", "2"), LONG),
}


@pytest.mark.untraced
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("moved", [False, True], ids=["in-place", "moved"])
@pytest.mark.parametrize("sent", ["in-part", "whole"])
@pytest.mark.parametrize("command", ["upload", "migrate"])
def test_what_an_earlier_version_sent_is_finished_as_it_began(
    run: Run, sandbox: str, tmp_path: Path, case: str, moved: bool, sent: str, command: str
) -> None:
    ends, flags, words = CASES[case]
    names = [f"said{number} {words}".strip() for number in range(8)]
    file = write_cues(tmp_path / "in" / "a.srt", *names, ends=ends)
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    more = ("--gap", "0")
    if command == "migrate":
        more = ("--gap", "0", "-y")
    with earlier_version():
        if sent == "in-part":
            fault = {"kind": "status", "status": 401, "method": "POST", "skip": 1}
            LOCAL_HTTP.post(f"{sandbox}/_sandbox/faults", json=fault).raise_for_status()
        first = run(command, file, *flags, *more, **environ)
        assert first.code == (0 if sent == "whole" else 3), first.err
    if moved:
        file = Path(shutil.move(file, tmp_path / "moved.srt"))
    again = run(command, file, *flags, *more, **environ)
    assert again.code == 0, again.err
    expected = Counter(" ".join(names).split())
    assert count_words(sandbox) == expected
    third = run(command, file, *flags, *more, **environ)
    assert third.code == 0, third.err
    assert count_words(sandbox) == expected
