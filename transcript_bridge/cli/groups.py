"""Groups of commands that behave in the same way with every version of click since 8.1."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import click


class MissingCommandError(click.UsageError):
    """A group was called without a command. `help` is what to show."""

    def __init__(self, ctx: click.Context) -> None:
        super().__init__(f"no command; see {ctx.command_path} --help", ctx)
        self.help = ctx.get_help()


class CommandGroup(click.Group):
    """Proposes a similar name for an unknown command.

    Without a command it raises MissingCommandError. Versions of click differ here: before 8.2 they
    print the help and exit with 0, later ones raise an error of their own.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args and not ctx.resilient_parsing:
            raise MissingCommandError(ctx)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Set the command of errors about wrong options, which click forgets for some."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            name = ctx.invoked_subcommand
            command = self.get_command(ctx, name or "")
            if error.ctx is None and command is not None:
                error.ctx = click.Context(command, ctx, name)
            raise

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        is_unknown = self.get_command(ctx, name) is None
        if is_unknown and not name.startswith("-") and not ctx.resilient_parsing:
            import difflib  # not needed for commands that are spelled correctly

            similar = difflib.get_close_matches(name, self.list_commands(ctx), n=1)
            hint = f"; did you mean {similar[0]!r}?" if similar else ""
            ctx.fail(f"there is no command {name!r}{hint}")
        return super().resolve_command(ctx, args)


class LazyGroup(CommandGroup):
    """Imports the module of a command when it is called; its one-line help is known before.

    Subclasses set `summaries` (command to help) and `package` (where the modules are). A module
    calls its command `command`.
    """

    summaries: Mapping[str, str] = {}
    package = ""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.summaries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.summaries:
            return None
        module = importlib.import_module(f"{self.package}.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(self.summaries.items()))
