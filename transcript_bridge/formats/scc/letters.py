"""The letters of CEA-608 that differ from ASCII, and those that take two bytes."""

from __future__ import annotations

BASIC = {
    0x2A: "á",
    0x5C: "é",
    0x5E: "í",
    0x5F: "ó",
    0x60: "ú",
    0x7B: "ç",
    0x7C: "÷",
    0x7D: "Ñ",
    0x7E: "ñ",
    0x7F: "█",
}
SPECIAL = "®°½¿™¢£♪à èâêîôû"
"""The second byte counts from 0x30 (after 0x11)."""
_SPANISH = "ÁÉÓÚÜü‘¡*'—©℠•“”ÀÂÇÈÊËëÎÏïÔÙùÛ«»"
_GERMAN = "ÃãÍÌìÒòÕõ{}\\^_|~ÄäÖöß¥¤│ÅåØø┌┐└┘"
EXTENDED = {0x12: _SPANISH, 0x13: _GERMAN}
"""By the first byte; the second counts from 0x20. Each takes the place of the letter before it."""
