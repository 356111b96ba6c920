"""The table of keys in timed JSON: the role of each key, and its unit.

Products use different names: `start`, `startTime`, `start_ms`, `data_start`. A key is read only if
it is in this table. Names are compared in one spelling: `startTimeMs`, `StartTimeMs` and
`start-time-ms` become `start_time_ms`. The name of a time may end in a unit: `_ms`, `Seconds`,
`InTicks`. If it does not, time_units.py finds the unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any, Literal, NamedTuple

from ..sentences import SENTENCE_MARKS

Role = Literal["start", "end", "duration", "span", "text", "speaker", "words", "kind"]

_TIMES: dict[Role, str] = {
    "start": """
        start start_time starttime start_timestamp start_offset start_ts start_at started_at
        begin begin_time begin_timestamp begin_offset from from_time t_start time_start data_start
        audio_start_time ts_start starts_at
        audio_start speech_start segment_start segment_start_time offset_start offset timestamp time
        t0 ts st_time time_offset time_stamp timecode spoken_at time_begin bg at
        in in_time tc_in in_point time_in timespan tmin snippet_time time_in_call
    """,
    "end": """
        end end_time endtime end_timestamp end_offset end_ts end_at ended_at finish finish_time
        stop stop_time to to_time until t_end time_end data_end audio_end audio_end_time
        ts_end ends_at speech_end segment_end segment_end_time en_time
        offset_end t1 end_timecode ed result_end_time result_end_offset
        out out_time tc_out out_point time_out tmax
    """,
    "duration": "duration dur duration_time d_duration segment_length",
}
"""Names of times, the preferred first."""
_OTHERS: dict[Role, str] = {
    "span": """
        offsets timestamp timestamps span interval range time_range time segment timespan instances
        dur
    """,
    "text": """
        text punctuated_word word transcript transcript_text transcription sentence body content
        utterance display_text display caption dialogue speech line phrase person_transcript
        words value message raw_text final_sentence spoken_text msg snippet onebest words_str
        segment_text transcribed_text recognized_text asr_text pred_text subtitle utt txt statement
        term block
    """,
    "speaker": """
        speaker_name speaker_display_name speaker_full_name participant_name person_name
        display_name user_name speaker participant speaker_label speaker_designation speaker_id
        speaker_tag speaker_index speaker_number speaker_identifier spk spkr spk_id original_speaker
        segment_speaker participant_role participant_type participant_id speaker_role
        channel_label channel_tag media_channel
        speaker_uuid speaker_key speaker_num speaker_no spk_name spkname spkid sid
        guest_name guest guest_id attendee_name attendee username nickname talker spoken_by party
        voice author person who user name role source channel channel_index label from tier
        speech_source participant_purpose track_name track
    """,
    "words": """
        display_words words word_timestamps word_timings word_segments result words_info
        word_alignments
    """,
    "kind": "type kind",
}
"""Names of everything else, the preferred first."""
_WORDS: Mapping[Role, str] = {
    "start": """
        beginn, anfang, von, startzeit, zeit, uhrzeit, zeitstempel, zeitmarke, début, temps, heure,
        horodatage, minutage, inicio, tiempo, hora, marca de tiempo, início, tempo, inizio, orario,
        tijd, tid, starttid, czas, początek, начало, от, время, таймкод, початок, час, zaman,
        başlangıç, 开始, 開始, 开始时间, 開始時間, 開始時刻, 时间, 時間, 时间戳, 시작,
        시작 시간, 시간, समय, الوقت, البداية, זמן, התחלה
    """,
    "end": """
        ende, bis, endzeit, fin, final, fim, fine, einde, slut, sluttid, koniec, конец, до, кінець,
        bitiş, 结束, 結束, 结束时间, 終了, 終了時間, 終了時刻, 끝, 종료, 종료 시간, अंत, النهاية, סוף
    """,
    "duration": """
        dauer, durée, duración, duração, durata, duur, длительность, тривалість, süre, 时长,
        長さ, 길이
    """,
    "speaker": """
        sprecher, sprecherin, locuteur, intervenant, personne, hablante, orador, interlocutor,
        persona, nombre, falante, nome, parlante, relatore, spreker, talare, mówca, говорящий,
        спикер, имя, мовець, спікер, konuşmacı, 说话人, 發言人, 发言人, 姓名, 話者, 名前, 발화자,
        화자, 이름, वक्ता, المتحدث, דובר
    """,
    "text": """
        texte, texto, testo, tekst, текст, metin, transkript, transcripción, transcrição,
        trascrizione, transcription, äußerung, aussage, 文本, 内容, 內容, テキスト, 発言, 텍스트,
        내용, पाठ, النص, نص, טקסט
    """,
}
ROLES_BY_WORD: Mapping[str, Role] = {
    word.strip(): role for role, words in _WORDS.items() for word in words.split(",")
}
"""The roles of names in the larger languages, in lower case, with blanks."""
_AMBIGUOUS = frozenset(("tid", "final", "fine", "von", "bis", "tempo", "slut", "nome", "persona"))
"""Of them: keys that mean other things in JSON, which has more of them than tables."""
_MS_PER_UNIT = {
    "ms": 1.0,
    "msec": 1.0,
    "msecs": 1.0,
    "millis": 1.0,
    "millisecond": 1.0,
    "milliseconds": 1.0,
    "s": 1000.0,
    "sec": 1000.0,
    "secs": 1000.0,
    "second": 1000.0,
    "seconds": 1000.0,
    "cs": 10.0,
    "centiseconds": 10.0,
    "us": 1e-3,
    "micros": 1e-3,
    "microseconds": 1e-3,
    "ns": 1e-6,
    "nanos": 1e-6,
    "nanoseconds": 1e-6,
    "ticks": 1e-4,  # of .NET, 100 ns: Azure
}
"""The unit at the end of a name, in ms."""
_UNIT = re.compile(rf"_(?:in_)?({'|'.join(_MS_PER_UNIT)})$")
_NOTATION = re.compile(r"_(?:hms|hhmmss|str|string|formatted|fmt|display|clock|timecode|iso)$")
"""How a time is written, at the end of a name."""
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_LAST = 99
"""The order of names in other languages."""
_LONGEST = 40
"""Characters of a key that are looked at; no longer one is in a table."""


class KeyMeaning(NamedTuple):
    """The role and the unit of a key."""

    order: int
    """Among the names of its role: the lowest is preferred."""
    unit: float | None = None
    """ms, for a time whose key states that unit."""


def _index(names: dict[Role, str]) -> dict[str, dict[Role, int]]:
    found: dict[str, dict[Role, int]] = {}
    for role, listed in names.items():
        for order, name in enumerate(listed.split()):
            found.setdefault(name, {})[role] = order
    return found


_TIME_NAMES = _index(_TIMES)
_OTHER_NAMES = _index(_OTHERS)


@lru_cache(maxsize=1024)
def fold_key(key: str) -> str:
    """Write a key in the spelling of the table: `startTimeMs` as `start_time_ms`."""
    return _HUMP.sub("_", key[:_LONGEST].strip()).replace("-", "_").replace(" ", "_").lower()


@lru_cache(maxsize=1024)
def meanings(key: str) -> dict[Role, KeyMeaning]:
    """Return the roles of a key: none if it is unknown, several for `words`."""
    name = fold_key(key)
    orders = _OTHER_NAMES.get(name, {}) | _TIME_NAMES.get(name, {})
    unit = None
    suffix = _UNIT.search(name)
    if suffix and not orders:
        orders = _TIME_NAMES.get(name[: suffix.start()], {})
        unit = _MS_PER_UNIT[suffix[1]]
    if not orders:
        orders = _TIME_NAMES.get(_NOTATION.sub("", name), {})
    if not orders and name not in _AMBIGUOUS:
        orders = {role: _LAST for role in [ROLES_BY_WORD.get(name.replace("_", " "))] if role}
    return {role: KeyMeaning(order, unit) for role, order in orders.items()}


def roles_of(keys: Iterable[str]) -> set[Role]:
    """Return the roles of several keys."""
    return set().union(*map(meanings, keys))


def find_items(fields: Mapping[str, Any], role: Role) -> list[tuple[str, Any]]:
    """Return the keys with a role, and their values."""
    return [(key, value) for key, value in fields.items() if role in meanings(key)]


# ---- in the text of a document

_KEY = re.compile(r'"([^\W\d_][\w -]{0,39})"\s{0,9}:\s{0,99}(["\[{\d-])')
_FLAT_OBJECT = re.compile(r"\{[^{}]{1,2000}\}")
_OBJECTS = 50
"""Objects that are looked at."""
_NEAR = 12
"""Keys between a text and its time; more are those of another object."""
_TIME_ROLES: frozenset[Role] = frozenset(("start", "end", "span"))
_TEXT_ROLES: frozenset[Role] = frozenset(("text", "words"))
_LABEL_KEYS = frozenset(
    (
        "speaker",
        "speaker_id",
        "speaker_label",
        "speaker_name",
        "label",
        "track",
        "name",
        "id",
        "uri",
        "file",
        "modality",
    )
)
_SENTENCE = re.compile(
    r'"([A-Za-z][A-Za-z0-9_ -]{0,39})"\s{0,9}:\s{0,9}'
    r'"(?:[^"\s]{1,99}\s[^"\s]{1,99}\s[^"]|[^"]{1,99}[^"\W\d_][' + SENTENCE_MARKS + r']")'
)


def has_timed_texts(text: str) -> bool:
    """Whether a JSON document has a text and a time under known keys, close to each other."""
    latest_time = latest_text = -_NEAR - 1
    for number, (key, first) in enumerate(_KEY.findall(text)):
        roles = meanings(key).keys()
        if roles & _TIME_ROLES:
            latest_time = number
        if roles & _TEXT_ROLES and first in '"[':
            latest_text = number
        if number - min(latest_time, latest_text) <= _NEAR:
            return True
    return False


def has_entries_with_text(text: str) -> bool:
    """Whether entries of a JSON document have a text: one of several words under any key."""
    # All entries as one text: 0.45 of the time of a search in each.
    found = islice(_FLAT_OBJECT.finditer(text), _OBJECTS)
    entries = ",".join([entry[0] for entry in found])
    keys = {key for key, first in _KEY.findall(entries) if first == '"'}
    if any("text" in meanings(key) for key in keys):
        return True
    if _LABEL_KEYS.issuperset(map(fold_key, keys)):
        return False
    sentences = _SENTENCE.finditer(entries)
    return any(fold_key(sentence[1]) not in _LABEL_KEYS for sentence in sentences)
