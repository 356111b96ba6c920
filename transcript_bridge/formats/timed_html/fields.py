"""Rewrites entries of XML with an element for each field as elements with attributes.

<segment><start>1.2</start><end>3.5</end><speaker>Nora</speaker><text>Good.</text></segment>
<p data-start="1.2" data-end="3.5" data-speaker="Nora">Good.</p>
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from ..json_keys import Role, fold_key, meanings

_NAME = r"(?:[A-Za-z]\w{0,20}:)?[A-Za-z][\w.-]{0,40}"
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_FIELD = re.compile(rf"<({_NAME})(?:\s[^<>]{{0,500}})?>([^<>]*)</\1\s*>")
_ENTRY = re.compile(
    rf"<(?P<entry>{_NAME})(?:\s[^<>]{{0,500}})?>"
    rf"(?:\s*<(?P<field>{_NAME})(?:\s[^<>]{{0,500}})?>[^<>]*</(?P=field)\s*>){{2,40}}"
    r"\s*</(?P=entry)\s*>"
)
_PAGE = re.compile(r"<(?:html|body)\b", re.IGNORECASE)
_BEGINNING = 20_000
"""Characters in which the first entry is. To search all of a page took a tenth of reading it."""
_WRITTEN = "<p data-"
_MIN_ENTRIES = 2
_ROLES: tuple[Role, ...] = ("text", "start", "end", "duration", "speaker")


def write_attributes(text: str) -> str:
    """Rewrite such entries, each in as many lines as before; returns the same object
    for a page of HTML, and for a document with less than two of them."""
    beginning = _open_cdata(text[:_BEGINNING])
    if _PAGE.search(beginning) or not _ENTRY.search(beginning):
        return text
    plain = _open_cdata(text)
    written = _ENTRY.sub(_write_entry, plain)
    count = written.count(_WRITTEN) - plain.count(_WRITTEN)
    return written if count >= _MIN_ENTRIES else text


def _open_cdata(text: str) -> str:
    return _CDATA.sub(lambda found: escape(found[1], quote=False), text)


def _write_entry(entry: re.Match[str]) -> str:
    fields = _read_fields(entry)
    keys = _choose_keys(fields)
    if "start" not in keys or "text" not in keys:
        return entry[0]
    said = fields[keys.pop("text")]
    attributes = [_write_attribute(role, key, fields[key]) for role, key in keys.items()]
    lines = "\n" * (entry[0].count("\n") - said.count("\n"))
    return f"<p{''.join(attributes)}>{said}</p>{lines}"


def _read_fields(entry: re.Match[str]) -> dict[str, str]:
    """Return the fields by name, without prefixes; of two with the same name, the first."""
    fields: dict[str, str] = {}
    for name, value in _FIELD.findall(entry[0], entry.end("entry") - entry.start()):
        fields.setdefault(fold_key(name.rpartition(":")[2]), value.strip())
    return fields


def _choose_keys(fields: Mapping[str, str]) -> dict[Role, str]:
    """Choose the preferred field for each role; no field has two roles."""
    keys: dict[Role, str] = {}
    for role in _ROLES:
        playing = {}
        for key in fields.keys() - keys.values():
            meaning = meanings(key).get(role)
            if meaning is not None:
                playing[key] = meaning.order
        if playing:
            keys[role] = min(playing, key=playing.__getitem__)
    return keys


def _write_attribute(role: Role, key: str, value: str) -> str:
    name = "speaker" if role == "speaker" else key
    quoted = value.replace('"', "&quot;")
    return f' data-{name}="{quoted}"'
