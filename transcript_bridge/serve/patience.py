"""A question that is answered within some seconds, or not at all."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")


class PatientQuestion(Generic[T]):
    """Asks in a thread, so that a database that hangs does not stop the caller.

    Only one question runs at a time: further callers get the same answer.
    """

    def __init__(self, ask: Callable[[], T], seconds: float) -> None:
        self._ask = ask
        self._seconds = seconds
        self._lock = threading.Lock()
        self._answer: Future[T] | None = None

    def ask(self) -> T:
        """The answer. Raises TimeoutError, and whatever the question raises."""
        with self._lock:
            answer = self._answer
            if answer is None or answer.done():
                answer = Future()
                self._answer = answer
                # A daemon: the program ends even if the answer never comes.
                threading.Thread(target=self._work, args=(answer,), daemon=True).start()
        return answer.result(self._seconds)

    def _work(self, answer: Future[T]) -> None:
        try:
            answer.set_result(self._ask())
        except BaseException as error:
            answer.set_exception(error)
