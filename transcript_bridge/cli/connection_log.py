"""Prints what libraries log about connections, for `-vv`."""

from __future__ import annotations

import logging

from .output import say_lines


class _MessageHandler(logging.Handler):
    """Prints through `output`, because log messages repeat the words of servers."""

    def emit(self, record: logging.LogRecord) -> None:
        say_lines([self.format(record)])


def print_connections() -> None:
    """Print every connection from now on."""
    logging.basicConfig(
        level=logging.DEBUG, format="%(name)s: %(message)s", handlers=[_MessageHandler()]
    )
