"""Titles, links and colors that all sections of the page use."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ..archive.voices.anonymous_labels import is_anonymous
from ..errors import STANDARD_INPUT, name_input
from .html import Markup, tag
from .summary import FileReport, Report

_COLORS = 6
_USER_COLOR = "c0"
NO_NAME_COLOR = "c7"


class Title(NamedTuple):
    """How a file is shown: its folder below the root, and its name."""

    folder: str
    name: str


class PageContext:
    """Titles, links and colors of one page."""

    def __init__(self, report: Report) -> None:
        self.root = common_folder(file.path for file in report.files)
        self._titles = {file.path: title_of(file.path, self.root) for file in report.files}
        self._numbers = {file.path: n for n, file in enumerate(report.files, 1)}
        self._ranks: dict[str | None, int] = {}
        for label in report.labels:
            if not label.is_user and not is_anonymous(label.label):
                self._ranks[label.label] = len(self._ranks)

    def title(self, file: FileReport) -> Title:
        """Its folder below the root, and its name."""
        return self._titles[file.path]

    def anchor(self, file: FileReport) -> str:
        """The id of its card."""
        return f"f{self._numbers[file.path]}"

    def link(self, path: str) -> Markup:
        """A link to the card of a file; its path if it has none."""
        title = self._titles.get(path)
        if title is None:
            return tag("bdi", path)
        name = tag("bdi", title.folder + title.name)
        return tag("a", name, href=f"#f{self._numbers[path]}")

    def paint(self, label: str | None, is_user: bool, place: int = 0) -> str:
        """The class that colors a label; names have the same color on the whole page.

        place: of the lane in its card; it colors a label that is another person in each file.
        """
        if is_user:
            return _USER_COLOR
        if label is None:
            return NO_NAME_COLOR
        rank = self._ranks.get(label, place)
        return f"c{rank % _COLORS + 1}"


def common_folder(paths: Iterable[str]) -> str:
    """The folder that contains all of the paths."""
    folders = []
    for path in paths:
        if path != STANDARD_INPUT:
            outside = path.replace("\\", "/").split("!")[0]
            folders.append(outside.split("/")[:-1])
    common: list[str] = []
    for parts in zip(*folders, strict=False):
        if len(set(parts)) > 1:
            break
        common.append(parts[0])
    return "/".join(common)


def title_of(path: str, root: str) -> Title:
    """How a file is shown. root: the common folder of all files."""
    if path == STANDARD_INPUT:
        return Title("", name_input(path))
    inner = path.replace("\\", "/")
    if root:
        inner = inner.removeprefix(f"{root}/")
    name_start = max(inner.rfind("/"), inner.rfind("!")) + 1
    return Title(inner[:name_start], inner[name_start:])
