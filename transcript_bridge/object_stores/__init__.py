"""Files in object stores and on web servers: the only room that knows fsspec.

    urls       what a URL is, how it is shown and stored: never with a password or a signature
    systems    one fsspec file system a bucket, and which extra installs it
    listing    the objects below a URL, in parallel
    contents   whole objects, parts of them, and writing small ones
    withheld   URLs that are not to be shown
    failures   what a store answered, as one line that says what to do

fsspec is imported when the first URL is opened: it takes longer than converting a small file.
"""

from .contents import (
    find_existing,
    object_exists,
    open_object,
    read_head,
    read_object,
    read_objects,
    write_object,
)
from .listing import MAX_AT_ONCE, Listing, StoredObject, find_object, list_beside, list_objects
from .urls import full_name, is_url, join_url, parent_url, show_path, show_url
from .withheld import is_withheld, withhold

__all__ = [
    "MAX_AT_ONCE",
    "Listing",
    "StoredObject",
    "find_existing",
    "find_object",
    "full_name",
    "is_url",
    "is_withheld",
    "join_url",
    "list_beside",
    "list_objects",
    "object_exists",
    "open_object",
    "parent_url",
    "read_head",
    "read_object",
    "read_objects",
    "show_path",
    "show_url",
    "withhold",
    "write_object",
]
