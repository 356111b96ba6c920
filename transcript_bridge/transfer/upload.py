"""A source of conversations, as the uploader sees it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..wire import ConversationRequest


class Upload(ABC):
    """A transcript to upload. The ledger stores no bodies: `load` makes them again.

    path: its name in the ledger and in messages; an absolute path for a file. options_digest: of
    everything else that the result of `load` depends on. tracked: whether `path` names the same
    thing in the next run; standard input does not.
    """

    tracked = True

    def __init__(self, path: str, options_digest: str) -> None:
        self.path = path
        self.options_digest = options_digest

    @abstractmethod
    def read_digest(self) -> str:
        """The digest of its content, which is cheap. Raises InputError."""

    @abstractmethod
    def load(self) -> Sequence[ConversationRequest]:
        """Its requests in order, the same for the same content.

        Raises InputError if it cannot be read or is no longer what `read_digest` saw, and
        SettingsError.
        """

    def load_earlier(self) -> Iterable[Sequence[ConversationRequest]]:
        """Its requests by each set of rules that earlier versions of the program had. Raises like
        `load`."""
        return ()

    def read_title(self) -> str:
        """The title of the conversation in the source; empty if it has none. Raises like `load`."""
        return ""

    def read_conversation(self) -> str:
        """The product's id of the conversation, the same in each of its exports; empty if it has
        none, and before `load`."""
        return ""
