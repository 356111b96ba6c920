"""The members of a ZIP file, as ArchiveFiles."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime

from ...errors import InputError
from ..files import ArchiveFile
from .kept_open import open_to_seek
from .limits import LINK, OUTSIDE, Budget, Container, safe_name
from .zip_names import extra_fields, member_names

MAX_MEMBERS = 1_000_000

_ENCRYPTED_FLAG = 0x1
"""Bit 0 of the flags, as APPNOTE.TXT of the ZIP format numbers them."""
_UNIX_LINK = 0xA
"""The highest four bits of a member's attributes, if Unix wrote it."""
_EXTENDED_TIME = 0x5455
"""Info-ZIP's extra field with the exact time, in UTC."""


def list_zip(container: Container) -> Iterator[ArchiveFile]:
    """The files in a ZIP file, in its own order. Raises InputError for more than MAX_MEMBERS."""
    with zipfile.ZipFile(open_to_seek(container.path)) as opened:
        members = [member for member in opened.infolist() if not member.is_dir()]
    if len(members) > MAX_MEMBERS:
        message = f"it holds {len(members):,} files; unpack it first"
        raise InputError(message, path=container.shown)
    budget = Budget()
    for member, written_name in zip(members, member_names(members), strict=True):
        name = safe_name(written_name)
        path = container.member_path(name or written_name)
        reason = _refuse(member, name, container, budget)
        if reason:
            container.report(path, reason)
            continue
        yield ArchiveFile(
            path,
            container.path,
            member.file_size,
            container.modified_ns,
            _modified(member),
            "zip",
            member.filename,
            member_start=len(container.shown) + 1,
        )


def _refuse(
    member: zipfile.ZipInfo, name: str | None, container: Container, budget: Budget
) -> str | None:
    """Why a member is skipped; None if it is not."""
    if name is None:
        return OUTSIDE
    if member.external_attr >> 28 == _UNIX_LINK:
        return LINK
    if not container.wanted(name):
        return None
    if member.flag_bits & _ENCRYPTED_FLAG:
        return "this is encrypted; unpack the container with its password first"
    return budget.refuse(member.file_size, member.compress_size)


def _modified(member: zipfile.ZipInfo) -> datetime | None:
    """The exact time if the packer stored it, else the packer's local time."""
    field = extra_fields(member.extra).get(_EXTENDED_TIME, b"")
    has_time = len(field) >= 5 and field[0] & 1
    if has_time:
        return datetime.fromtimestamp(struct.unpack_from("<I", field, 1)[0], UTC)
    try:
        moment = datetime(*member.date_time)
    except ValueError:  # all fields are zero: the packer had no clock
        return None
    if moment.year > 1980:
        return moment
    return None
