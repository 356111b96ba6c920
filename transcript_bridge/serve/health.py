"""Whether a process works: the answer of `/healthz`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..errors import BridgeError
from .patience import PatientQuestion

PATIENCE_SECONDS = 5.0
"""Seconds that a part of the program may take to answer. Kubernetes asks again after ten."""

Check = Callable[[], object]
"""Returns if a part of the program works. Raises BridgeError that says what is wrong."""


class Health:
    """Checks of the parts of a program, by names such as `database`."""

    def __init__(self, checks: Mapping[str, Check], seconds: float = PATIENCE_SECONDS) -> None:
        self._seconds = seconds
        self._questions = {name: PatientQuestion(check, seconds) for name, check in checks.items()}

    def find_problem(self) -> str | None:
        """One line about the first part that does not work; None if all do."""
        for name, question in self._questions.items():
            try:
                question.ask()
            except TimeoutError:
                return f"{name}: no answer within {self._seconds:g} s"
            except BridgeError as error:
                return " ".join(f"{name}: {error}".split())
            except Exception as error:  # its message may quote anything
                return f"{name}: {type(error).__name__}"
        return None
