"""When a recording began: names as the products write them, media files, sidecars, folders, and who
is believed."""

from __future__ import annotations

import io
import struct
from datetime import UTC, datetime, timedelta

import pytest

from transcript_bridge.dating.companions import Companions
from transcript_bridge.dating.finder import Dated, choose, gather_dates
from transcript_bridge.dating.media import MediaTime, read_media_date
from transcript_bridge.dating.names import read_name

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LOCAL = "2024-01-24T15:04:05"
DAY = "2024-01-24"

# (what writes it, the name, what it states; only the day where it has no T)
NAMES = [
    ("Zoom cloud", "GMT20240124-202901_Recording.transcript.vtt", "2024-01-24T20:29:01+00:00"),
    ("Zoom cloud, topic", "GMT20240124-202901_Weekly-sync.cc.vtt", "2024-01-24T20:29:01+00:00"),
    ("Zoom local folder", "2024-01-24 15.04.05 Weekly 85123456789", LOCAL),
    ("Teams", "Weekly sync-20240124_150405-Meeting Recording.vtt", LOCAL),
    ("Teams, newer", "Weekly-20240124_150405UTC-Meeting Recording.vtt", LOCAL + "+00:00"),
    ("Google Meet", "abc-defg-hij (2024-01-24 at 15:04 GMT+1).vtt", "2024-01-24T15:04:00+01:00"),
    (
        "Google Meet, newer",
        "Weekly – 2024_01_24 15_04 CET – Recording.vtt",
        "2024-01-24T15:04:00+01:00",
    ),
    ("Webex", "Weekly-20240124 1504-1.vtt", "2024-01-24T15:04:00"),
    ("Jibri", "roomname_2024-01-24-15-04-05.srt", LOCAL),
    (
        "BigBlueButton",
        "183f0bf3a0982a127bdb8161e0c44eb696b3e75c-1706108645000.vtt",
        LOCAL + "+00:00",
    ),
    ("OBS", "2024-01-24 15-04-05.srt", LOCAL),
    ("OBS replay", "Replay 2024-01-24 15-04-05.srt", LOCAL),
    ("Otter", "Note Jan 24, 2024_otter_ai.srt", DAY),
    ("Fathom", "Weekly sync - January 24 2024.txt", DAY),
    ("Plaud", "2024-01-24 15_04_05-Transcript.srt", LOCAL),
    ("Samsung recorder", "Voice 240124_150405.srt", LOCAL),
    ("Samsung call", "Call recording Alice_240124_150405.srt", LOCAL),
    ("Samsung camera", "20240124_150405.srt", LOCAL),
    ("Pixel camera", "PXL_20240124_150405123.srt", LOCAL + "+00:00"),
    ("Android camera", "VID_20240124_150405.srt", LOCAL),
    ("OnePlus", "VID20240124150405.srt", LOCAL),
    ("Xiaomi call", "Alice(0049123456)_20240124150405.srt", LOCAL),
    ("iPhone voice memo", "20240124 150405-1A2B3C4D.srt", LOCAL),
    ("WhatsApp", "WhatsApp Audio 2024-01-24 at 15.04.05.srt", LOCAL),
    ("WhatsApp, twelve hours", "WhatsApp Ptt 2024-01-24 at 3.04.05 PM.srt", LOCAL),
    ("WhatsApp on Android", "PTT-20240124-WA0001.srt", DAY),
    ("Signal", "signal-2024-01-24-15-04-05-123.srt", LOCAL),
    ("Signal, newer", "signal-2024-01-24-150405.srt", LOCAL),
    ("Telegram", "audio_2024-01-24_15-04-05.srt", LOCAL),
    ("Telegram export", "audio_1@24-01-2024_15-04-05.srt", LOCAL),
    ("Cube ACR", "2024-01-24 15-04-05 (phone) Alice (+49123).srt", LOCAL),
    ("macOS screen", "Screen Recording 2024-01-24 at 3.04.05\u202fPM.srt", LOCAL),
    ("Windows snipping", "Screen Recording 2024-01-24 150405.srt", LOCAL),
    ("VLC", "vlc-record-2024-01-24-15h04m05s-x.srt", LOCAL),
    ("Craig", "craig_AbCd_2024-1-24_15-4-5.srt", LOCAL),
    ("DJI", "DJI_20240124150405_0001_D.srt", LOCAL),
    ("Zoom H1n", "240124-150405.srt", LOCAL),
    ("Sony, Olympus", "240124_0001.srt", DAY),
    ("ISO 8601", "2024-01-24T15:04:05Z.srt", LOCAL + "+00:00"),
    ("ISO 8601, basic", "20240124T150405Z.srt", LOCAL + "+00:00"),
    ("ISO 8601, safe for names", "2024-01-24T15_04_05+01_00.srt", LOCAL + "+01:00"),
    ("German", "24.01.2024 15.04 Termin.srt", "2024-01-24T15:04:00"),
    ("German, with um", "Besprechung 2024-01-24 um 15.04.05 Uhr.srt", LOCAL),
    ("Chinese", "2024年1月24日 15时04分05秒.srt", LOCAL),
    ("American", "01-24-2024.srt", DAY),
    ("a year before it", "2023 review 2024-01-24 15.04.05.srt", LOCAL),
    ("a number after it", "2024-01-24_2.srt", DAY),
    ("a clock that is none", "20240124_999999.srt", DAY),
    ("a picture's height", "2024-01-24 1440p.srt", DAY),
]


@pytest.mark.parametrize(("name", "stated"), [n[1:] for n in NAMES], ids=[n[0] for n in NAMES])
def test_names_state_dates(name: str, stated: str) -> None:
    found = read_name(name)
    assert found is not None
    assert (found.at.isoformat() if found.has_time else found.at.date().isoformat()) == stated


@pytest.mark.parametrize(
    "name",
    [
        "talk 85123456789.srt",
        "episode 1080p 2024.srt",
        "01-02-2024.srt",
        "20241301_150405.srt",
        "1234567890.srt",
        "S01E02.srt",
        "2024-01.srt",
        "a1b2c3_1706108645.srt",
        "Jan 24 at 15-04.srt",
        "2024-02-30.srt",
        "v1.2.2024.srt",
        "",
        "talk.en.srt",
    ],
)
def test_names_that_state_none(name: str) -> None:
    assert read_name(name) is None


def dates_of(*parts: str, **known: object) -> list[tuple[str, str, bool]]:
    header, length = known.pop("header", None), known.pop("length", timedelta())
    companions = Companions(parts, **known)  # type: ignore[arg-type]
    found = gather_dates(companions, "Europe/Berlin", header=header, length=length)  # type: ignore[arg-type]
    return [one[:3] for one in found]


def test_a_local_name_is_in_the_zone_that_was_given() -> None:
    assert dates_of("2024-07-24 15.04.05.srt") == [("name", "2024-07-24T15:04:05+02:00", True)]
    assert dates_of("2024-01-24.srt") == [("name", "2024-01-24T12:00:00+01:00", False)]
    assert dates_of("GMT20240724-150405.vtt")[0][1] == "2024-07-24T15:04:05+00:00"


@pytest.mark.parametrize(
    ("parts", "at"),
    [
        (("2024-01-24 15.04.05 Weekly 851", "closed_caption.vtt"), "2024-01-24T15:04:05+01:00"),
        (("2024", "01", "24", "talk.vtt"), "2024-01-24T12:00:00+01:00"),
        (("2024-01-24", "part", "talk.vtt"), "2024-01-24T12:00:00+01:00"),
        (("2024", "01", "24", "x", "talk.vtt"), "2024-01-24T12:00:00+01:00"),
        (("2024-01-24", "15-04-05 Alice.vtt"), "2024-01-24T15:04:05+01:00"),
    ],
)
def test_folders_state_dates(parts: tuple[str, ...], at: str) -> None:
    assert dates_of(*parts)[0][1] == at


@pytest.mark.parametrize(
    ("sidecar", "at"),
    [
        (b'{"timestamp": 1706108645, "upload_date": "20240101"}', "2024-01-24T15:04:05+00:00"),
        (b'{"upload_date": "20240124"}', "2024-01-24T12:00:00+01:00"),
        (
            b'{"photoTakenTime": {"timestamp": "1706108645", "formatted": "x"}}',
            "2024-01-24T15:04:05+00:00",
        ),
        (b'{"start_time": "2024-01-24T15:04:05Z"}', "2024-01-24T15:04:05+00:00"),
        (b'{"createdAt": 1706108645000}', "2024-01-24T15:04:05+00:00"),
        (b'{"date": "24 Jan 2024"}', "2024-01-24T12:00:00+01:00"),
    ],
)
def test_sidecars_state_dates(sidecar: bytes, at: str) -> None:
    assert dates_of("talk.vtt", sidecar=sidecar) == [("sidecar", at, "T12" not in at)]


@pytest.mark.parametrize(
    "sidecar",
    [b"[1]", b"{", b'{"date": true, "timestamp": 5}', b'{"date": {"a": 1}}', b"[" * 100_000],
)
def test_sidecars_that_state_none(sidecar: bytes) -> None:
    assert dates_of("talk.vtt", sidecar=sidecar) == []


def test_the_order_of_trust() -> None:
    found = dates_of(
        "2020-01-01",
        "2021-01-01 10.00.00.vtt",
        header=datetime(2022, 1, 1, tzinfo=UTC),
        sidecar=b'{"date": "2019-01-01"}',
        media=MediaTime(datetime(2018, 1, 1, tzinfo=UTC), "x"),
        media_modified=datetime(2017, 1, 1, 10, tzinfo=UTC),
        modified=datetime(2016, 1, 1, tzinfo=UTC),
        length=timedelta(hours=1),
    )
    assert [one[0] for one in found] == [
        "header",
        "name",
        "sidecar",
        "media",
        "folder",
        "file",
        "file",
    ]
    assert (
        found[5][1] == "2017-01-01T09:00:00+00:00"
    )  # a media file is written last when the recording ends


def dated(source: str, at: str, has_time: bool = True) -> Dated:
    return Dated(source, at, has_time, "words")


def test_a_day_takes_its_hour_from_another_place_of_the_same_day() -> None:
    day = dated("name", "2024-01-24T12:00:00+01:00", has_time=False)
    began = choose(
        [
            day,
            dated("media", "2024-01-24T22:30:00+00:00"),
            dated("file", "2024-01-24T18:00:00+00:00"),
        ],
        NOW,
    )
    assert (began.source, began.at) == ("name and media", datetime(2024, 1, 24, 22, 30, tzinfo=UTC))
    began = choose(
        [
            day,
            dated("media", "2024-01-24T23:30:00+00:00"),
            dated("file", "2024-01-24T18:00:00+00:00"),
        ],
        NOW,
    )
    assert (began.source, began.start_source) == (
        "name",
        "stated",
    )  # that was the next day, and a file's time is a guess


def test_implausible_dates_are_reported_and_not_taken() -> None:
    began = choose(
        [
            dated("name", "2031-01-01T00:00:00+00:00"),
            dated("media", "1970-01-01T00:00:00+00:00"),
            dated("file", "2025-01-01T00:00:00+00:00"),
        ],
        NOW,
    )
    assert (began.source, began.start_source) == ("file", "guessed")
    assert [refused.split(" (")[0] for refused in began.refused] == [
        "the date of its name is in the future",
        "the date of its media is before 2000",
    ]
    assert choose([], NOW).at is None
    assert (
        choose([dated("name", "2026-06-02T11:00:00+00:00")], NOW).at is not None
    )  # a zone mistaken for another


@pytest.mark.parametrize(
    ("source", "day", "is_used"),
    [
        ("name", "1998-05-17", True),
        ("folder", "1912-04-14", True),
        ("name", "1980-01-03", False),  # a clock that was never set named the file
        ("name", "1814-01-01", False),
        ("media", "1998-05-17", False),
    ],
)
def test_people_write_dates_of_old_tapes_into_names(source: str, day: str, is_used: bool) -> None:
    began = choose([dated(source, f"{day}T12:00:00+00:00")], NOW)
    assert (began.at is not None) == is_used


# ---- media files


def mp4(
    created: datetime | None,
    seconds: int,
    *,
    version: int = 0,
    brand: bytes = b"isom",
    extra: bytes = b"",
    last: bool = True,
) -> bytes:
    moment = int((created - datetime(1904, 1, 1, tzinfo=UTC)).total_seconds()) if created else 0
    times = (
        struct.pack(">QQIQ", moment, moment, 1000, seconds * 1000)
        if version
        else struct.pack(">IIII", moment, moment, 1000, seconds * 1000)
    )
    mvhd = box(b"mvhd", bytes([version, 0, 0, 0]) + times + bytes(80))
    moov, data = box(b"moov", mvhd + extra), box(b"mdat", b"m" * 5000)
    return box(b"ftyp", brand + bytes(4)) + (data + moov if last else moov + data)


def box(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(data), kind) + data


CREATED = datetime(2024, 1, 24, 15, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize("last", [True, False])
@pytest.mark.parametrize("version", [0, 1])
def test_the_creation_time_of_an_mp4(version: int, last: bool) -> None:
    found = read_media_date(io.BytesIO(mp4(CREATED, 600, version=version, last=last)))
    assert found is not None
    assert found.at == CREATED


def test_a_creation_time_that_is_the_end_is_taken_back_to_the_beginning() -> None:
    begin = CREATED - timedelta(minutes=10)
    film = mp4(CREATED, 600)
    assert read_media_date(io.BytesIO(film), CREATED + timedelta(seconds=2)).at == begin  # type: ignore[union-attr]
    assert read_media_date(io.BytesIO(film), CREATED + timedelta(seconds=601)).at == CREATED  # type: ignore[union-attr]
    assert read_media_date(io.BytesIO(film), CREATED + timedelta(days=9)).at == CREATED  # type: ignore[union-attr]
    android = mp4(CREATED, 600, extra=box(b"meta", b"com.android.version"))
    assert read_media_date(io.BytesIO(android), CREATED + timedelta(days=9)).at == begin  # type: ignore[union-attr]


def test_apples_own_date_wins() -> None:
    film = mp4(
        CREATED, 600, brand=b"qt  ", extra=box(b"meta", b"\0\0\0\x012024-01-24T14:00:00+0100")
    )
    assert read_media_date(io.BytesIO(film)).at.isoformat() == "2024-01-24T14:00:00+01:00"  # type: ignore[union-attr]


def test_a_box_of_64_bits() -> None:
    film = mp4(CREATED, 600, last=False)
    head, rest = film[:16], film[16:]
    big = struct.pack(">I4sQ", 1, b"mdat", 16 + 100) + b"m" * 100
    assert read_media_date(io.BytesIO(head + big + rest)).at == CREATED  # type: ignore[union-attr]


def test_the_date_of_a_broadcast_wav() -> None:
    bext = bytes(320) + b"2024-01-24" + b"15:04:05" + bytes(260)
    data = (
        b"WAVE"
        + b"fmt "
        + struct.pack("<I", 16)
        + bytes(16)
        + b"bext"
        + struct.pack("<I", len(bext))
        + bext
    )
    found = read_media_date(io.BytesIO(b"RIFF" + struct.pack("<I", len(data)) + data))
    assert found is not None
    assert found.at == datetime(2024, 1, 24, 15, 4, 5)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"RIFF",
        b"RIFF1234WAVE",
        b"RIFF1234WAVEbext\x10\0\0\0",
        mp4(None, 600),
        mp4(CREATED, 600)[:-100],
        b"ID3" + bytes(50),
        box(b"ftyp", b"isom" + bytes(4)) + b"\0\0\0\0mdat",
        box(b"ftyp", b"isom") + box(b"moov", b"mvhd"),
        b"\0\0\0\x04ftypisom",
    ],
)
def test_media_that_say_nothing(data: bytes) -> None:
    found = read_media_date(io.BytesIO(data))
    assert found is None or found.at == CREATED
