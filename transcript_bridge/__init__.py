"""Transcript Bridge: import transcripts you already have into Omi as conversations.

    import transcript_bridge as tb

    options = tb.Options(speakers=tb.SpeakerMap(me="Alice Doe"), merge_gap=timedelta(seconds=2))
    result = tb.upload("meeting.vtt", options, api_key=api_key, ledger="omi-ledger.db")
    assert result.is_complete

Importing this is cheap: each name is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .on_demand import load_name

__version__ = "0.3.0"

if TYPE_CHECKING:
    from . import errors as errors
    from . import formats as formats
    from .errors import BridgeError as BridgeError
    from .errors import InputError as InputError
    from .errors import OmiError as OmiError
    from .errors import SettingsError as SettingsError
    from .label_decisions import explain_labels as explain_labels
    from .models import Transcript as Transcript
    from .models import Turn as Turn
    from .models import Utterance as Utterance
    from .models import Utterances as Utterances
    from .models import Word as Word
    from .omi.client import OmiClient as OmiClient
    from .opening import load as load
    from .opening import read as read
    from .opening import read_turns as read_turns
    from .options import FileTable as FileTable
    from .options import Options as Options
    from .parts import list_parts as list_parts
    from .pipeline import Loaded as Loaded
    from .pipeline import shape as shape
    from .pipeline import to_request_dicts as to_request_dicts
    from .pipeline import to_segment_dicts as to_segment_dicts
    from .problems import Problem as Problem
    from .reading import read_bytes as read_bytes
    from .request_models import to_requests as to_requests
    from .request_models import to_segments as to_segments
    from .shaping.diarization import join_turns as join_turns
    from .shaping.diarization import select_recording as select_recording
    from .shaping.relabeling import LabelChange as LabelChange
    from .shaping.speakers import Person as Person
    from .shaping.speakers import SpeakerMap as SpeakerMap
    from .uploading import UploadResult as UploadResult
    from .uploading import upload as upload
    from .wire import ConversationRequest as ConversationRequest
    from .wire import TranscriptSegmentInput as TranscriptSegmentInput

_HOMES = {
    "BridgeError": "errors",
    "ConversationRequest": "wire",
    "FileTable": "options",
    "InputError": "errors",
    "LabelChange": "shaping.relabeling",
    "OmiClient": "omi.client",
    "OmiError": "errors",
    "Options": "options",
    "Loaded": "pipeline",
    "Person": "shaping.speakers",
    "Problem": "problems",
    "SettingsError": "errors",
    "SpeakerMap": "shaping.speakers",
    "Transcript": "models",
    "TranscriptSegmentInput": "wire",
    "Turn": "models",
    "UploadResult": "uploading",
    "Utterance": "models",
    "Utterances": "models",
    "Word": "models",
    "explain_labels": "label_decisions",
    "join_turns": "shaping.diarization",
    "list_parts": "parts",
    "to_request_dicts": "pipeline",
    "read": "opening",
    "load": "opening",
    "read_bytes": "reading",
    "read_turns": "opening",
    "select_recording": "shaping.diarization",
    "to_segment_dicts": "pipeline",
    "shape": "pipeline",
    "to_requests": "request_models",
    "to_segments": "request_models",
    "upload": "uploading",
}
_MODULES = ("errors", "formats")

__all__ = ["__version__", *_HOMES, *_MODULES]  # each name is a string; the linter cannot tell


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f".{name}", __name__)
    return load_name(__name__, _HOMES, name)


def __dir__() -> list[str]:
    return sorted(__all__)
