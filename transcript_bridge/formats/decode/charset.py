"""Finds the encoding of a text that is not Unicode, by its letters.

A statistical detector needs pages; a subtitle file may hold three cues. But a transcript is in one
language (or English beside it), and few letters are enough to tell whether they are that
language's: `ř` and `ů` occur together only in Czech, while the same bytes read as cp1252 are `ø`
and `ù`, which no language has together. So each encoding is tried with the languages it was made
for, and the one whose letters fit best is taken. charset-normalizer guesses if none fits.

A few letters in English, or hardly any in any language, do not show the language: they are
names, and cp1252 unless something speaks against it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from operator import attrgetter
from typing import NamedTuple

_SAMPLE = 16_384
"""Bytes of lines with something beyond ASCII that are looked at."""
_ODD_BYTE = re.compile(rb"[\x80-\xff]")
_FITS = 0.35
"""Below this no language fits.

The right one has 0.8 and more, a wrong one rarely half of that.
"""
_NEUTRAL = frozenset(
    "“”„‚‘’–—…«»‹›·•°♪♫€£§©®™´¿¡\u00a0\u00ad¶№"
    "、。「」『』！？，．：；（）・〜～　《》〈〉【】\ufeff"
)
"""Signs that all languages use."""


_SELDOM = 0.9
"""The factor for a score in an encoding that is not the usual one of the language."""


class Language(NamedTuple):
    """Letters beyond ASCII (small ones where there are two cases), and the encodings to try,
    likeliest first."""

    name: str
    encodings: tuple[str, ...]
    common: str
    """Count fully."""
    rare: str
    """Count half."""
    usual: float
    """The share of letters that `common` and half of `rare` have in a correctly decoded text."""


_WEST = ("cp1252", "mac_roman", "cp850")
_CENTRE = ("cp1250", "iso8859_2")
_BALTIC = ("cp1257", "iso8859_13")
_CYRILLIC = ("cp1251", "koi8_r", "koi8_u", "cp866", "iso8859_5", "mac_cyrillic")
_CHINESE = (
    "的一是不了在人有我他这个们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过天去能对小多然于心学么之都好"
    "看起发当没成只如事把还用第样道想作种开美总从无情己面最女但现前些所同日手又行意动方期它头经长儿回位分爱老因很给名法间"
    "知世什两次使身者被高已亲其进此话常与活正感见明问力理尔点文几定本公特做外孩相西果走将月十实向声车全信重三机工物气每并"
    "别真打太新比才便夫再书部水像眼等体却加电主界门利海受听表德少克代员许先口由死安写性马光白或住难望教命花结乐色更拉东神"
    "吗吧呢谢让请晚早今找这吃喝钱嘿喂"
)
_TRADITIONAL = (
    "這個們來時為說國年著後會過對學麼發當沒還樣開總從無現經長兒愛給間兩親進話與見問點幾孩將實聲車機氣別書體電門聽員許寫"
    "馬難結樂東嗎讓請錢應該買賣謝關係這裡裏邊誰讀話嘅咗哋喺唔係佢啲"
)
_HIRAGANA = "".join(map(chr, range(0x3041, 0x3094))) + "ー"
_KATAKANA = "".join(map(chr, range(0x30A1, 0x30F7)))
_KANJI = "一人日私彼何今行来言事思見分大中気本出時間生前手話女男家子方先年上下知"
_SYLLABLES = (
    "이다는을의에가고하지로한나를사기은어리인도아서그자시대있것들게정해일수만전보라부스상제안원우주여오과장구니야와무내"
    "동거말성소마면신조세비모선국분공저위되생문적없었했으할습당중연때려더요네까않겠못좋같알금합님간진방미치물날걸런데래"
)
_LANGUAGES = (
    Language("French", _WEST, "éèàêçùôûî", "âïëœæÿüäöáíóúñ", 0.95),
    Language("German", _WEST, "äöüß", "éèàáç", 0.97),
    Language("Spanish", _WEST, "áéíóúñ", "üçªº", 0.97),
    Language("Portuguese", _WEST, "ãáéçíóêõ", "àâôúüªº", 0.95),
    Language("Italian", _WEST, "èàòùéì", "îóíáú", 0.97),
    Language("Swedish, Finnish", _WEST, "åäö", "éèàü", 0.98),
    Language("Danish, Norwegian", _WEST, "åæø", "éèóòôäöü", 0.98),
    Language("Icelandic", _WEST, "áðéíóúýþæö", "", 0.98),
    Language("Dutch, Catalan", _WEST, "ëéèïàòçóíüö", "êôûúáä", 0.95),
    Language("Czech, Slovak", _CENTRE, "áéíěšřžčýů", "úťďňóľôäĺŕöü", 0.93),
    Language("Polish", _CENTRE, "ąęłóśćż", "ńźéöüä", 0.95),
    Language("Hungarian", _CENTRE, "áéíóöőúü", "űäë", 0.97),
    Language("Romanian", _CENTRE, "ăâîşţ", "șțéáö", 0.97),
    Language("Croatian, Slovenian", _CENTRE, "čšžćđ", "éöäü", 0.97),
    Language("Turkish", ("cp1254",), "ışğüçö", "iâîûİ", 0.98),
    Language("Lithuanian", _BALTIC, "ėšųįžąčęū", "éö", 0.97),
    Language("Latvian", _BALTIC, "āēīšūļžņģķč", "éö", 0.97),
    Language("Estonian", _BALTIC, "õäöü", "šžé", 0.98),
    Language("Russian", _CYRILLIC, "оеаинтсрвлкмдпуяыьгзбчй", "хжшюцщэфёъ", 0.95),
    Language("Ukrainian", _CYRILLIC, "оаинвіетрсклдумпязь", "гбчйхцжїєюшщфґ'", 0.93),
    Language("Bulgarian, Serbian", _CYRILLIC, "аеоинтрсвлдкмпуъзјгбя", "щчжшюйхцфьљњћђџ", 0.93),
    Language("Greek", ("cp1253", "iso8859_7"), "αοιετσνηυρπκμλςάόίέήώύ", "δγθωχβφξζψϊϋΐΰ", 0.93),
    Language("Hebrew", ("cp1255",), "יוהלאתרבשמםנעדח", "קפכגטזסצןךףץ", 0.92),
    Language("Arabic", ("cp1256",), "اليمونرتبةعدسفهكقأح", "جشصطخذضثئءزىآإغظؤپچژگ،؟ًٌٍَُِّْ", 0.92),
    Language("Thai", ("cp874",), "านรอกเงมยลวดทตสปหคบแจไขพใัี่้ิ็์ืุูะำ", "ชซณผฝฟถธภศษฉฮญฐฎฏฌฆฬโ๊๋ๆ", 0.95),
    Language("Japanese", ("cp932", "euc_jp"), _HIRAGANA, _KATAKANA + _KANJI, 0.62),
    Language("Chinese", ("gb18030", "big5hkscs"), _CHINESE + _TRADITIONAL, "", 0.5),
    Language("Korean", ("cp949",), _SYLLABLES, "", 0.7),
)


class Guess(NamedTuple):
    """An encoding, the language whose letters it gives, and how well they fit."""

    encoding: str
    language: str | None
    score: float


def guess(data: bytes) -> Guess | None:
    """Guess the encoding of bytes that are not UTF-8; None if nothing fits."""
    sample = _sample(data)
    if _has_few_letters(data) and _reads_as_western(sample):
        return Guess(_WEST[0], "few of them", 1.0)
    best = max(
        _guesses(sample), key=attrgetter("score")
    )  # of equal scores, the first in the order above
    if best.score >= _FITS:
        return best
    from charset_normalizer import from_bytes  # slow to import, and rarely needed

    found = from_bytes(sample).best()
    if found:
        return Guess(found.encoding, None, 0.0)
    return None


# ---- few letters beyond ASCII

_BEGINNING = 1 << 17
"""Bytes in which letters are counted."""
_FEW = 0.005
"""Of all letters; Dutch and Indonesian have fewer, all other languages with accents more."""
_ENOUGH = 400
"""Letters that show how few are beyond ASCII."""
_ENGLISH = frozenset(
    b"the and you that of have this with what are was not your they it's don't my she we'll i'm "
    b"there would could from about".split()
)
_ENGLISH_SHARE = 0.1
"""Of all words; English has a quarter, other languages a few by chance."""
_FEW_IN_ENGLISH = 0.03
_FEW_AT_ALL = 3
_WESTERN = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüÿœßšž½¼¾²³¹±×÷ªºµ")
"""Letters of Western names, and signs. Icelandic and Turkish letters share their places."""
_AGAINST = re.compile(
    r"[^\W\d_][¹²³¼½¾±¶µ¿¡¢¥¤¦§¬¯¸×÷¨](?:[^\W\d_]|\b)"  # signs in words: Wa³êsa
    r"|[^\W\d_][ªº][a-z]"
    r"|ø[áíéýú]|[áíéýú]\w*ø"  # Dvořák
    r"|[^\W\d_a-zA-Z]{3}"  # a word of another script
)


def _has_few_letters(data: bytes) -> bool:
    """Whether only a few letters are beyond ASCII, as in names."""
    text = data[:_BEGINNING]
    words = re.findall(rb"[a-z']+", text.lower())
    letters = sum(map(len, words))
    odd = len(_ODD_BYTE.findall(text))
    if letters >= _ENOUGH and odd <= _FEW * letters:
        return True
    english = sum(word in _ENGLISH for word in words)
    is_english = english >= max(2, _ENGLISH_SHARE * len(words))
    return is_english and odd <= max(_FEW_AT_ALL, _FEW_IN_ENGLISH * letters)


def _reads_as_western(sample: bytes) -> bool:
    """Whether a sample can be cp1252."""
    text = sample.decode(_WEST[0], errors="replace")
    if _mistakes(text) or _AGAINST.search(text):
        return False
    return _WESTERN.issuperset(_letters(text))


# ---- letters that tell a language


def _sample(data: bytes) -> bytes:
    """Return the first lines that are not ASCII; of long lines, a part.

    Each byte is looked at once: one pattern for a whole line would start again at each byte.
    """
    taken: list[bytes] = []
    size = 0
    at = 0
    while size < _SAMPLE:
        found = _ODD_BYTE.search(data, at)
        if found is None:
            break
        odd = found.start()
        line_start = max(at, data.rfind(b"\n", at, odd) + 1)
        line_end = data.find(b"\n", odd) + 1 or len(data)
        if odd - line_start >= _SAMPLE:
            line_start = odd  # up to there all is ASCII, so no character is cut
        line = data[line_start : min(line_end, line_start + _SAMPLE)]
        taken.append(line)
        size += len(line)
        at = line_end
    return b"".join(taken)


def _guesses(sample: bytes) -> Iterator[Guess]:
    texts: dict[str, tuple[Counter[str], int]] = {}
    for language in _LANGUAGES:
        for encoding in language.encodings:
            if encoding not in texts:
                text = sample.decode(encoding, errors="replace")
                texts[encoding] = _letters(text), _mistakes(text)
            letters, mistakes = texts[encoding]
            score = _score(letters, mistakes, language)
            yield Guess(
                encoding,
                language.name,
                score if encoding == language.encodings[0] else score * _SELDOM,
            )


def _letters(text: str) -> Counter[str]:
    """How often each character beyond ASCII occurs, in small letters, without the neutral signs."""
    return Counter(c for c in text.replace("İ", "i").lower() if c > "\x7f" and c not in _NEUTRAL)


# Texts, which `re` compiles when they are first used: nearly every file is UTF-8.
_MISTAKE = (
    "[\x80-\x9f\ufffd\ue000-\uf8ff]"  # control characters, private use, no character at all
    # half-width kana: hardly used, but what other bytes look like
    "|[\uff61-\uff9f](?=[\uff61-\uff9f])"
    # low quotation marks and daggers after letters: letters of DOS
    "|[a-zà-ÿ][‚„†‡ˆ‹]"
    # two scripts in a word
    "|[a-z][\u0370-\u1fff\u3040-\u9fff\uac00-\ud7a3]|[\u0370-\u1fff\u3040-\u9fff\uac00-\ud7a3][a-z]"
)
_WORD = r"[^\W\d_]+"


def _mistakes(text: str) -> int:
    """Count the signs of a wrong decoding: torn characters, two scripts in a word, capitals after
    small letters."""
    capitals = 0
    for word in re.findall(_WORD, text):
        if not word.isascii() and not word.islower():
            capitals += _capitals_inside(word)
    return capitals + len(re.findall(_MISTAKE, text))


def _capitals_inside(word: str) -> int:
    first_small = next((index for index, letter in enumerate(word) if letter.islower()), len(word))
    return sum(letter.isupper() for letter in word[first_small:])


def _score(letters: Counter[str], mistakes: int, language: Language) -> float:
    """Score letters: 1 if all are those of the language, 0 and less if few are."""
    total = letters.total()
    if not total:  # dashes and curly quotes only
        if mistakes:
            return 0.0
        return 1.0
    common = sum(letters[c] for c in language.common)
    rare = sum(letters[c] for c in language.rare)
    if language.usual > 0.8:
        alien = total - common - rare
    else:
        alien = 0
    return min(1.0, (common + rare / 2 - alien / 2 - mistakes) / total / language.usual)
