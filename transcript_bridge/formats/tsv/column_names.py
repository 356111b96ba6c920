"""What the names of columns mean: those of json_keys, and those of the larger languages."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..json_keys import Meaning, Role, meanings

_MARKS = re.compile(r"[()\[\]#.:*_\"]+")
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
_ROLES: Mapping[str, Role] = {
    word.strip(): role for role, words in _WORDS.items() for word in words.split(",")
}


def clean_name(name: str) -> str:
    """The name of a column without signs."""
    return " ".join(_MARKS.sub(" ", name).split())


def find_meanings(name: str) -> Mapping[Role, Meaning]:
    """The roles that a column can play, by its name; none if that is unknown."""
    key = clean_name(name)
    found = meanings(key)
    role = _ROLES.get(key.casefold())
    if found or role is None:
        return found
    return {role: Meaning(0)}
