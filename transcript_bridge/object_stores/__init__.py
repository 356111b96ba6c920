"""Files in object stores and on web servers: the only package that uses fsspec.

    urls       what a URL is, and how it is shown and stored: without a password or a signature
    systems    one fsspec file system per bucket, and the extra that installs it
    listing    the objects below a URL, in parallel
    contents   whole objects, parts of them, and writing small ones
    withheld   URLs that must not be shown
    failures   failures of stores, as one line that says what to do

fsspec is imported when the first URL is opened: that takes longer than converting a small file. The
modules that open URLs are imported at their first use. So a module that is part of every `convert`
writes `object_stores.read_head`, not `from .object_stores import read_head`: that saves 3 of its 90
ms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..on_demand import load_name
from .urls import (
    full_name,
    is_in_process,
    is_malformed,
    is_url,
    join_url,
    parent_url,
    show_path,
    show_url,
)
from .withheld import is_withheld, withhold

if TYPE_CHECKING:
    from .contents import find_existing as find_existing
    from .contents import object_exists as object_exists
    from .contents import open_object as open_object
    from .contents import read_head as read_head
    from .contents import read_object as read_object
    from .contents import read_objects as read_objects
    from .contents import write_object as write_object
    from .listing import MAX_AT_ONCE as MAX_AT_ONCE
    from .listing import Listing as Listing
    from .listing import StoredObject as StoredObject
    from .listing import find_object as find_object
    from .listing import list_beside as list_beside
    from .listing import list_objects as list_objects

_HOMES = {
    "MAX_AT_ONCE": "listing",
    "Listing": "listing",
    "StoredObject": "listing",
    "find_existing": "contents",
    "find_object": "listing",
    "list_beside": "listing",
    "list_objects": "listing",
    "object_exists": "contents",
    "open_object": "contents",
    "read_head": "contents",
    "read_object": "contents",
    "read_objects": "contents",
    "write_object": "contents",
}

__all__ = [
    *_HOMES,
    "full_name",
    "is_in_process",
    "is_malformed",
    "is_url",
    "is_withheld",
    "join_url",
    "parent_url",
    "show_path",
    "show_url",
    "withhold",
]


def __getattr__(name: str) -> Any:
    return load_name(__name__, _HOMES, name)
