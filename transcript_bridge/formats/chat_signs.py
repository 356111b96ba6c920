"""Signs of messages that people write to each other, such as the chat of a stream."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from ..errors import NoSpeechError
from .json_keys import fold_key

_WORDS = """
    commenter content_offset_seconds emotes emoticons badges user_badges author_badges user_color
    username_color name_color bits_spent is_chat_sponsor is_chat_moderator is_sponsor is_subscriber
    superchat super_chat superchat_amount author_channel_id author_external_channel_id live_chat_id
    video_offset_time_msec replay_chat_item_action add_chat_item_action action_type client_msg_id
    thread_ts embeds
"""
"""Names of values of Twitch, YouTube's live chat, Slack and Discord, and of programs that save
them."""
_KNOWN = frozenset(_WORDS.split())


def are_of_chat(keys: Iterable[str]) -> bool:
    """Whether keys are those of a message."""
    return not _KNOWN.isdisjoint(map(fold_key, keys))


def refuse_chat() -> NoReturn:
    """Raise NoSpeechError for messages that were written."""
    raise NoSpeechError(
        "this is a log of messages with the times at which they were written; give the transcript "
        "of a recording"
    )
