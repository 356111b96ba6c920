"""Files, folders and URLs on the command line: `~` is expanded, the shell completes names, and a
URL with a password is refused (object_stores/withheld.py)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..object_stores import is_malformed, is_url, show_path, withhold
from .value_types import refuse_value

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


_WHOLE_URL = "a whole URL such as https://host/name.srt or s3://bucket/folder, or a path"


class InputType(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.4 on only
    """A path that is used as the shell passes it: a file may be called `~a.srt`."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(value)
        if not text:
            refuse_value(param, "a file name", value)
        if is_malformed(text):
            refuse_value(param, _WHOLE_URL, show_path(text))
        if is_url(text):
            return withhold(text)
        return text

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem  # slow to import

        return [CompletionItem(incomplete, type="file")]


class PathType(InputType):
    """The path of an option. The shell expands `~` in `-o ~/x`, but not in `--output=~/x`."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return expand_home(super().convert(value, param, ctx))


class LedgerType(PathType):
    """A path, or the URL of a database, in which `~` may have another meaning."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if "://" in str(value):
            return str(value)
        return super().convert(value, param, ctx)


def expand_home(name: str) -> str:
    """`~/x` as a path in the home folder; `~` of an unknown user is left unchanged."""
    if not name.startswith("~"):
        return name
    try:
        expanded = str(Path(name).expanduser())
    except RuntimeError:
        return name
    # A trailing slash says that it is a folder.
    if name.endswith("/"):
        return expanded + "/"
    return expanded


INPUT_PATH = InputType()
OPTION_PATH = PathType()
LEDGER_PATH = LedgerType()
