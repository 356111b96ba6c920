"""Text with headings: transcripts, and texts that only look similar."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest

import transcript_bridge as tb
from transcript_bridge import formats
from transcript_bridge.errors import NoSpeechError

NO_SPEECH = {
    "chapters": "0:00 Intro\n1:30 The topic\n10:45 Questions\n",
    "agenda": "09:00 Opening\n09:30 Talk by Jane\n10:30 Coffee\n",
    "log": "14:02:33 INFO Starting the server on port 8000\n14:02:34 INFO Listening on all ports\n",
    "prose": "We met at 10:30\nand talked until 11:15\nabout many things.\n",
    "one-time": "[0:03] Jane: Hello.\n",
    "turns": "0:00 A\n0:02 B\n0:03 A\n0:05 B\n0:06 A\n0:08 B\n",
    "timetable": "Anna\n09:00\nYoga in the hall\n\nBo\n10:00\nSwim\n\nAnna\n11:00\nRun\n",
    "timetable-in-columns": "09:00 | Anna | Yoga\n10:00 | Bo | Swim\n11:00 | Anna | Run\n",
    "messages": "Anna  10:05 AM\nAre you coming?\nBo  10:09 AM\nYes, soon.\nAnna  10:25 AM\nOh.\n",
    "messages-at-night": "Anna  12:25 AM\nComing?\nBo  12:29 AM\nYes.\nAnna  12:45 AM\nOh.\n",
    "article": f"Printed\n9:15\nPage one\n9:16\n{'A long line of an article. ' * 900}\n",
    "menu": "Lunch, 12:30: soup and bread\nDinner, 18:30: fish\nLunch, 19:00: cheese\n",
    "results": "Smith, 10:02: the first in the race\nBrown, 10:05: second after a fall\n",
    "diary": "10:30: met Ann at the office\n11:15: wrote the letter to the bank\n",
    "dates-in-prose": "On 12/05/2024, 10:02 we met.\nOn 13/05/2024, 11:02 we left.\n",
    "log-of-a-server": "2024-05-12 10:02:11 sshd: session opened by root\n"
    "2024-05-12 10:02:13 sshd: session closed by root\n",
    "syslog": "May 12 10:02:11 host accepted a key\nMay 12 10:02:12 host opened a session\n" * 2,
    "tasks": "Buy the milk and bread (10:30)\nCall the bank about credit (11:30)\nEat (12:30)\n",
    "prices": "Coffee 2.50\nTea 3.00\nCake with cream 4.50\n",
    "sections": "1.10 Scope\nWhat this is about.\n1.20 Terms\nWhat the words mean.\n",
    "settings": "start: 3.5\nfor the left wheel\nend: 7.2\nfor the right wheel\n",
    "prices-first": "1.50 Coffee: hot\n2.50 Tea: green or black\n3.50 Cake: apple, plum\n",
    "verses": "3.16 God: For God so loved the world.\n3.17 Son: For God did not send him.\n",
    "bus": "10.15 Bus: to the harbour\n10.45 Bus: to the church\n11.15 Bus: to the harbour\n",
    "report": "0.20s call tests/one.py\n0.30s call tests/two.py\n0.50s setup tests/three.py\n",
    "people": "Ann Lee\n10:30\nComes by bus.\n\nBob Roe\n11:30\nComes by train.\n",
    "exercises": "10s plank\n20s squats\n30s rest\n",
    "notes-of-a-day": "## Ann 10:30\nMet the team.\n## Bob 11:15\nWrote it.\n## Ann 14:00\nLeft.\n",
    "diary-of-days": "# 2024-05-12\n## Ann 0:10\nMet the team and agreed on the plan.\n"
    "# 2024-05-13\n## Ann 0:15\nWrote the letter to the bank about the loan.\n",
    "ranks": "1 10:02 Smith, Harriers\n2 10:05 Brown, Town Club\n3 10:09 Jones, Harriers\n",
    "log-with-brackets": "[14:02] the server started\n[14:03] the server stopped\n" * 2,
    "options": f"- Lower (0.3): stable\n- Higher (1.3): wild one\n\n{'A word about them. ' * 80}\n",
    "options-in-ranges": f"Low [0.3-0.5]: {'as it is ' * 90}\nHigh [0.5-1.0]: so\n",
    "no-times": "Jane: Hello.\nBob: Hello.\n",
}


@pytest.mark.parametrize("text", NO_SPEECH.values(), ids=NO_SPEECH)
def test_what_is_no_transcript_is_not_taken_for_one(text: str) -> None:
    assert formats.get("text").sniff(text) == 0
    with pytest.raises(tb.InputError):
        tb.read(text.encode(), format="text")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (NO_SPEECH["no-times"], "this text has no times"),
        (NO_SPEECH["prose"], "this text has times, but in a form that is not read"),
    ],
    ids=["no-times", "prose"],
)
def test_a_text_that_is_refused_says_why(text: str, reason: str) -> None:
    with pytest.raises(tb.InputError, match=reason):
        tb.read(text.encode(), format="text")


SENDERS = [
    "From {} to Everyone:\n\t",
    "\t From  {} : ",
    "From {} to Bo(Direct Message): ",
    "Von {} an Alle:\n\t",
    "De {} à Tout le monde: ",
    "Od {} do Wszyscy: ",
    "来自 {} 到 所有人: ",
    "\t {}:\t",
]


@pytest.mark.parametrize("first", SENDERS)
def test_a_chat_of_a_meeting_is_refused_as_a_chat(first: str) -> None:
    """However fast people write: these lines come as fast as speech."""
    names = ["Jane Doe", "Bob", "Jane Doe"]
    lines = [f"00:00:{5 * n:02d} {first.format(who)}Good morning!\n" for n, who in enumerate(names)]
    for text in ("".join(lines), "".join(lines).replace("00:00:", "14:00:")):
        with pytest.raises(NoSpeechError, match="log of messages"):
            tb.read(text.encode())


CHATS = [
    "23/05/2024, 10:0{} - {}: {}",
    "5/23/24, 10:0{}\u202fPM - {}: {}",
    "\u200e[23.05.24, 10:02:0{}] ~ {}: {}",
    "[23.05.2024 10:02:0{}] {}: {}",
    "{1}, [23.05.2024 10:0{0}]\n{2}\n",
    "[05/23/2024 10:0{} AM] {}\n{}\n",
    "2024-05-23 10:02:0{} From {} to Everyone:\n\t{}",
]


@pytest.mark.parametrize("form", CHATS)
def test_a_chat_is_refused_however_fast_people_write(form: str) -> None:
    said = ["good morning everyone, is the ferry there", "not yet", "Then we have time."]
    lines = [form.format(n, ["Nora", "Tom"][n % 2], text) for n, text in enumerate(said)]
    text = "23/05/2024, 10:00 - Tom joined\n" + "\n".join(lines)
    with pytest.raises(NoSpeechError, match="log of messages"):
        tb.read(text.encode())


def test_whole_sentences_with_dates_and_seconds_are_captions() -> None:
    lines = [f"[5/23/2024, 1:02:{n:02d} PM] Nora: This is sentence {n}.\n" for n in range(0, 30, 4)]
    text = "".join(lines)
    assert len(tb.read(text.encode()).utterances) == 8
    with pytest.raises(NoSpeechError):
        tb.read(text.replace("This", "this").encode())


@pytest.mark.parametrize("of", ["Von", "De", "Van"])
def test_a_name_that_begins_as_a_sender_does_is_a_name(of: str) -> None:
    text = f"[0:01] {of} Beek: Hello to all of you.\n[0:04] {of} Beek: It is on.\n"
    assert [row.speaker for row in tb.read(text.encode()).utterances] == [f"{of} Beek"] * 2


@pytest.mark.parametrize(
    ("clock", "start"),
    [
        ("[{}] 00:28:{:02d}\n", 0),  # Zoom, after midnight
        ("[{}] 00:05:{:02d}\n", 0),
        ("{}  12:28:{:02d} AM\n", 0),
        ("[{}] 00:00:{:02d}\n", 3000),  # these may as well count from the beginning
        ("{}  05:{:02d}\n", 303_000),
    ],
)
def test_times_of_day_in_the_hour_after_midnight_count_from_the_first(
    clock: str, start: int
) -> None:
    people = ["Jane Doe", "Bob", "Jane Doe"]
    lines = [f"{clock.format(who, 3 + 5 * n)}Said again.\n\n" for n, who in enumerate(people)]
    rows = tb.read("".join(lines).encode()).utterances
    assert [row.start - start for row in rows] == [0, 5000, 10000]
    assert [row.speaker for row in rows] == people


def test_a_time_at_the_end_of_a_sentence_is_text() -> None:
    text = "Jane Doe  0:03\nSee you at 10:30\n\nBob  0:09\nDinner 19:00\nor later.\n"
    rows = tb.read(text.encode()).utterances
    assert [row.text for row in rows] == ["See you at 10:30", "Dinner 19:00 or later."]
    assert [row.speaker for row in rows] == ["Jane Doe", "Bob"]


def test_a_stretch_ends_at_the_next_or_after_the_time_that_its_text_takes() -> None:
    text = f"Jane  0:01\nYes.\n\nBob  0:10\n{'long ' * 40}\n\nJane  0:12\nNo.\n"
    rows = tb.read(text.encode()).utterances
    assert [(row.start, row.end) for row in rows] == [(1000, 1300), (10000, 12000), (12000, 12300)]


def test_the_first_line_is_the_title() -> None:
    text = "Weekly sync\n\nJane Doe  0:03\nGood morning.\n\nBob  0:09\nHello.\n"
    transcript = tb.read(text.encode())
    assert transcript.title == "Weekly sync"
    assert transcript.problems == ()


@pytest.mark.parametrize("mark", ["-", "–", "to"])
def test_a_time_range_gives_the_end(mark: str) -> None:
    text = f"[0:01 {mark} 0:05] Jane: Hello there.\n[0:05 {mark} 0:09] Bob: It is on.\n"
    rows = tb.read(text.encode()).utterances
    assert [(row.start, row.end, row.text) for row in rows] == [
        (1000, 5000, "Hello there."),
        (5000, 9000, "It is on."),
    ]


def test_the_last_of_a_pause_of_an_hour_is_kept() -> None:
    text = "Jane  0:03\nHello.\n\nBob  59:59\nAre you there?\n\nJane  1:00:01\nYes.\n"
    rows = tb.read(text.encode()).utterances
    assert [row.start for row in rows] == [3000, 3_599_000, 3_601_000]


@pytest.mark.parametrize(
    "heading",
    [
        "Jane - 0:03 / Bob - 0:09",
        "Jane | 0:03 / Bob | 0:09",
        "Jane, 0:03 / Bob, 0:09",
        "0:03 - Jane / 0:09 - Bob",
        "@0:03 - Jane / @0:09 - Bob",
        "0:03 • Jane / 0:09 • Bob",
        "## 0:03 Jane / ## 0:09 Bob",
        "> **Jane** (0:03): / > **Bob** (0:09):",
        "`0:03` **Jane** / `0:09` **Bob**",
        "1. [0:03] Jane: / 2. [0:09] Bob:",
        "Jane: [00:00:03] / Bob: [00:00:09]",
        "[Jane] (0:03) / [Bob] (0:09)",
        "Jane [3.0s - 5.0s] / Bob [9.0s - 11.0s]",
        "[0m 3s] Jane / [0m 9s] Bob",
    ],
)
def test_a_name_and_a_time_in_any_order_with_any_sign(heading: str) -> None:
    first, second = heading.split(" / ")
    text = f"{first}\nWhere is the harbour?\n\n{second}\nBehind the church.\n"
    rows = tb.read(text.encode()).utterances
    assert [(row.start, row.speaker, row.text) for row in rows] == [
        (3000, "Jane", "Where is the harbour?"),
        (9000, "Bob", "Behind the church."),
    ]


@pytest.mark.parametrize("number", ["{}\t", "{:03} ", "{}: ", "{:>2}  "])
def test_lines_that_are_numbered(number: str) -> None:
    said = ["Q.  Where is it?", "A.  By the church.", "Q.  Oh.", "A.  Yes, there."]
    lines = [number.format(n) + f"00:00:{3 * n:02}  {text}" for n, text in enumerate(said, 1)]
    rows = tb.read("\n".join(lines).encode()).utterances
    assert [f"{row.speaker}.  {row.text}" for row in rows] == said
    assert [row.start for row in rows] == [3000, 6000, 9000, 12000]


@pytest.mark.parametrize(
    "foot",
    ["Transcribed by Rev.com", "[END OF TRANSCRIPT]", "*** End of recording ***", "Page 2 of 3"],
)
def test_what_is_below_the_last_words_is_not_said(foot: str) -> None:
    transcript = tb.read(f"[0:03] Jane: Where?\n[0:06] Bob: Over there.\n\n{foot}\n".encode())
    assert [row.text for row in transcript.utterances] == ["Where?", "Over there."]
    assert [problem.code for problem in transcript.problems] == ["skipped-line"]


@pytest.mark.parametrize("form", ["{name}\n{time}\n{text}", "{time}\n{name}\n{text}"])
def test_names_alone_on_a_line_that_are_not_repeated(form: str) -> None:
    said = [("Ann Lee", "0:01", "Where is it?"), ("Speaker 2", "0:05", "It is over there.")]
    blocks = [form.format(name=name, time=time, text=text) for name, time, text in said]
    rows = tb.read("\n\n".join(blocks).encode()).utterances
    assert [(row.speaker, row.text) for row in rows] == [(name, text) for name, _, text in said]


@pytest.mark.parametrize("form", ["{name}\n{time}\n{text}", "{time}\n{name}\n{text}"])
def test_a_name_that_is_alone_on_a_line_beside_the_time(form: str) -> None:
    said = [("Jane", "0:01", "Where is it?"), ("Bob", "0:05", "Here."), ("Jane", "0:09", "Oh.")]
    blocks = [form.format(name=name, time=time, text=text) for name, time, text in said]
    rows = tb.read("\n\n".join(blocks).encode()).utterances
    assert [(row.speaker, row.text) for row in rows] == [(name, text) for name, _, text in said]


@pytest.mark.parametrize(
    "form",
    [
        "{name}, {time}: {text}",
        "{name} {time} {text}",
        "{name}: {time} {text}",
        "{name} at {time}: {text}",
        "| {name} | {time} | {text} |",
        "| {time} | {name} | {text} |",
        "*{name}* ({time}): {text}",
        "__{name}__ [{time}] {text}",
        "{name} （{time}）：{text}",
        "{{{time}}} {name}: {text}",
        "<{time}> {name}: {text}",
        "#{time}-0# {name}: {text}",
        "{time}:00 {name}: {text}",
        "> **{name}** `{time}`\n> {text}",
        ">\n> [{time}] {name}: {text}",
        "| 1 | {time} | {name} | {text} |",
        "{time}    {name}    {text}",
        "[{name}, {time}] {text}",
        "[{time} {name}]: {text}",
        "**{name}** [[{time}](https://example.com/?t=1)] {text}",
        "[{name}](https://example.com/) {time}\n[{text}](https://example.com/)",
        "{name}: {text} [{time}]",
        "**{name}:** {text} *({time})*",
        "{name}\t{time}\t{time}.5\t{text}",
        "~{time} → {name}: {text}",
        "{time} / {name} / {text}",
        "{time}, {name}: {text}",
        "at {time} {name}: {text}",
        "From {time} to {time}.5 {name}: {text}",
        "[{time}]-[{time}.5] {name}: {text}",
        "{name} → {time}: {text}",
        "{name} - {time} - {time}.5: {text}",
        "\u200f[{time}]\xa0{name}: {text}",
        "- [x] {time} **{name}**: {text}",
        "> [!quote] {time} {name}\n> {text}",
        "🎤 {name} – {time}\n{text}",
        "🕐 {time} 👤 {name}: {text}",
        "[{time}] <b>{name}</b>: {text}",
        "<p>{time} <strong>{name}:</strong> {text}</p><br>",
        "<tr><td>{time}</td><td>{name}</td><td>{text}</td></tr>",
        "[{time}] {name}:: {text}",
        "[{time}] #{name}: {text}",
        "[{time}] @{name}: {text}",
        "[{time}] /{name}/ {text}",
        "[{time}] \\{name}\\ {text}",
        "[{time}] %{name}: {text}",
        "[{time}] @{name} {text}",
        "[{time}] '{name}': {text}",
        "[{time}] {name} -- {text}",
        "[{time}] {name} => {text}",
        "[{time}] <b>{name}</b> {text}",
        "<u>{name}</u> [{time}]: {text}",
        "<code>{time}</code> <b>{name}</b> {text}",
        "{name} <i>{time}</i>\n{text}",
        "[TC {time}] {name}: {text}",
        "{name}：{time}\n{text}",
        "*** {name} ({time}) ***\n{text}",
        "=== {time} {name} ===\n{text}",
        "{time}:\n{name}\n{text}",
        "[{time}] ~{name}~: {text}",
        "[{time}] {name} >> {text}",
        '1 "{name}" (0)\n{time}.100 --> {time}.900\n{text}\n',
    ],
)
def test_the_ways_in_which_people_write_names_and_times(form: str) -> None:
    said = [
        ("Jane", "00:00:01", "Where is the harbour?"),
        ("Bob", "00:00:05", "At 10:30: behind the church."),
        ("Jane", "00:00:09", "Note: it is late."),
        ("Bob", "00:00:13", "Then we go now."),
    ]
    lines = [form.format(name=name, time=time, text=text) for name, time, text in said]
    rows = tb.read("\n".join(lines).encode()).utterances
    assert [(row.speaker, row.text) for row in rows] == [(name, text) for name, _, text in said]
    assert [row.start // 1000 for row in rows] == [1, 5, 9, 13]


@pytest.mark.parametrize(
    "form",
    [
        "{s}s {name}: {text}",
        "({s} sec) {name}: {text}",
        "0m {s}s - {name}: {text}",
        "00'{s:02}\" {name}: {text}",
        "{name} 0′{s:02}″\n{text}",
        "[00.{s:02}] {name}: {text}",
        "{name} (00.00.{s:02})\n{text}",
        "{s}秒 {name}：{text}",
        "{s}000 ms {name}: {text}",
        "<t={s}> {name}: {text}",
        "0h00'{s:02}\" {name}: {text}",
        "00-00-{s:02} {name}: {text}",
        "00.{s:02} | {name} | {text}",
        "{s}.00 - {end}.00 {name}: {text}",
        "[{s}.00 : {end}.00] {name}: {text}",
        "[0:{s:02}, 0:{end:02}] {name}: {text}",
        "0:{s:02} --> 0:{end:02}: {name}: {text}",
        "{name} {s}.00-{end}.00: {text}",
        "[T=0:{s:02}] {name}: {text}",
        "TCR: 00:00:{s:02} {name}: {text}",
        "Time: 0:{s:02}\n{name}: {text}",
        "{name}: 0:{s:02}\n{text}",
    ],
)
def test_times_in_other_notations_than_a_clock(form: str) -> None:
    said = [
        ("Jane", 1, "Where is the harbour?"),
        ("李雷", 5, "At 10:30: no."),
        ("Jane", 9, "Oh."),
    ]
    lines = [form.format(name=who, s=s, end=s + 4, text=text) for who, s, text in said]
    rows = tb.read("\n".join(lines).encode()).utterances
    assert [(row.speaker, row.start, row.text) for row in rows] == [
        (who, 1000 * s, text) for who, s, text in said
    ]


@pytest.mark.parametrize(
    "form",
    [
        "{clock} {name}: {text}",
        "1:{minute} PM {name}: {text}",
        "[1:{minute} PM] {name}: {text}",
        "[5/23/24, 1:{minute}:00 PM] {name}: {text}",
        "2024-05-12T{clock}:00+02:00 {name}: {text}",
        "[{name} @ 5/23/2024, 1:{minute}:00 PM]: {text}",
        "{name}  23.5.2024 {clock}\n{text}",
        "{name}, {clock}: {text}",
    ],
)
def test_clocks_of_a_day_count_from_the_first(form: str) -> None:
    said = [
        ("Jane", "58", "Where is the harbour? I have looked for it since the morning."),
        ("Bob", "58", "Behind the church."),
        ("Jane", "59", "Thank you, that is far."),
    ]
    lines = []
    for name, minute, text in said:
        lines.append(form.format(name=name, minute=minute, clock=f"13:{minute}", text=text))
    rows = tb.read("\n".join(lines).encode()).utterances
    assert [(row.speaker, row.text) for row in rows] == [(name, text) for name, _, text in said]
    assert [rows[0].start, rows[2].start] == [0, 60_000]
    assert rows[0].end == rows[1].start


@pytest.mark.parametrize(
    "lines",
    [
        (
            "0:5959 secondswhere is it",
            "1:011 minute, 1 secondso here",
            "1:021 minute, 2 seconds[Music]",
        ),
        (
            "0:5959 SekundenWo ist es",
            "1:011 Minute, 1 Sekundeso hier",
            "1:021 Minute, 2 SekundenOh",
        ),
        ("0:5959秒どこですか", "1:011分1秒ここです", "1:021分2秒[音楽]"),
    ],
    ids=["english", "german", "japanese"],
)
def test_a_time_that_is_repeated_in_words_on_its_line(lines: Sequence[str]) -> None:
    rows = tb.read("\n".join(lines).encode()).utterances
    assert [row.start for row in rows] == [59_000, 61_000, 62_000]
    assert [row.text[0] for row in rows] in (["w", "s", "["], ["W", "s", "O"], ["ど", "こ", "["])


def test_numbers_above_times_are_left_out() -> None:
    said = ["Jane: Where is the harbour?", "Bob: Here, behind the church.", "Jane: Oh."]
    blocks = [f"{n}\n00:0{n * 3}\n{text}" for n, text in enumerate(said, 1)]
    rows = tb.read("\n\n".join(blocks).encode()).utterances
    assert [f"{row.speaker}: {row.text}" for row in rows] == said


@pytest.mark.parametrize(
    "text",
    [
        "We met in the spring. [00:28:10] It was late. [00:28:14] So we left [00:28:17] again.",
        "Ann\n\nWe met in the spring.\n[28:10] It was late.\n[28:14] So we left [28:17] again.",
        "[28:08] We met in the spring. [28:10] It was late. [28:14] So we left [28:17] again.",
    ],
    ids=["running", "title", "first-time"],
)
def test_times_within_speech_split_it(text: str) -> None:
    rows = tb.read(text.encode()).utterances
    assert [row.start for row in rows][1:] == [1_690_000, 1_694_000, 1_697_000]
    assert [row.text for row in rows] == [
        "We met in the spring.",
        "It was late.",
        "So we left",
        "again.",
    ]
    assert all(before.end <= row.start for before, row in pairwise(rows))


def test_a_date_that_is_certain_says_when_it_began() -> None:
    line = "{}, 10:02:01 - Jane: Where is the harbour?\n{}, 10:02:05 - Bob: Here.\n"
    certain = tb.read(line.format("23/05/2024", "23/05/2024").encode())
    assert str(certain.started_at) == "2024-05-23 10:02:01"
    assert tb.read(line.format("02/05/2024", "02/05/2024").encode()).started_at is None


def test_two_lines_of_speech_below_a_time_are_not_a_name_and_its_text() -> None:
    text = "0:00\nwhere is it\ndo you know\n0:04\nover there\nby the church\n0:08\noh\nthank you\n"
    assert not any(row.speaker for row in tb.read(text.encode()).utterances)


@pytest.mark.parametrize(
    ("above", "codes"),
    [
        ("Attendees\nJane Doe, Bob\n", ["skipped-line"]),
        ("SUMMARY KEYWORDS\nferry, pier\n\nSPEAKERS\nJane Doe, Bob\n", ["skipped-line"]),
        ("Teilnehmer:\nJane Doe, Bob\nTranskript\n", ["skipped-line"]),
        ("Attendees\nJane Doe, Bob\n\nWe were late.\n", ["skipped-line", "stray-text"]),
        ("Attendees\nJane, tell us of the pier.\n", ["skipped-line", "stray-text"]),
        ("Participants of the race were late.\n", ["stray-text"]),
    ],
)
def test_what_a_product_lists_above_the_speech_is_no_loss(above: str, codes: list[str]) -> None:
    """Text that may be speech is a problem, also below such a list."""
    said = "\nJane Doe  0:03\nGood morning.\n\nBob  0:09\nI will be there.\n\nJane Doe  0:14\nOh.\n"
    transcript = tb.read(f"Weekly sync\n\n{above}{said}".encode())
    assert [u.text for u in transcript.utterances] == ["Good morning.", "I will be there.", "Oh."]
    assert [p.code for p in transcript.problems] == codes


def test_a_time_that_slips_by_a_second_is_a_heading() -> None:
    clocks = {"10:00:01": "Hello.", "10:00:07": "Hi.", "10:00:06": "Well?", "10:00:12": "Yes."}
    text = "".join(f"[Ann Lee] {clock}\n{said}\n\n" for clock, said in clocks.items())
    utterances = tb.read(text.encode(), format="text").utterances
    assert [(one.start, one.text) for one in sorted(utterances)] == [
        (0, "Hello."),
        (5000, "Well?"),
        (6000, "Hi."),
        (11000, "Yes."),
    ]


def test_recordings_that_begin_again_follow_each_other() -> None:
    part = "[0:00] Ann: Good morning.\n[0:05] Bob: Hello.\n[0:10] Ann: Shall we?\n"
    other = part.replace("morning", "evening").replace("Hello", "Welcome").replace("we", "I")
    transcript = tb.read((part + other).encode(), format="text")
    starts = list(transcript.utterances.starts)
    assert len(starts) == 6
    assert starts[3] >= 10_000
    assert starts == sorted(starts)
    assert "times-restart" in [problem.code for problem in transcript.problems]


@pytest.mark.parametrize("gap", ["\n", "\n\n"], ids=["lines", "blank-lines"])
def test_a_name_the_text_and_the_time_are_on_lines_of_their_own(gap: str) -> None:
    lines = ["Weekly meeting", "Nora", "Where is the ferry?", "0:03", "Tom", "Behind the church."]
    lines += ["And it is late.", "0:09", "Nora", "Thank you.", "0:15"]
    transcript = tb.read((gap.join(lines) + "\n").encode())
    assert [(row.speaker, row.start, row.text) for row in transcript.utterances] == [
        ("Nora", 3000, "Where is the ferry?"),
        ("Tom", 9000, "Behind the church. And it is late."),
        ("Nora", 15_000, "Thank you."),
    ]
    assert transcript.title == "Weekly meeting"


def test_speech_above_the_first_time_is_read_if_labels_are_repeated() -> None:
    lines = ["Interview 7", "Place: Harbor", "Nora: Where is the ferry?", "Tom: Behind the church."]
    lines += ["Nora: Thank you.", "Tom: It is late.", "[00:00:12] Nora: Then I wait."]
    lines += ["Tom: Good.", "[00:00:16] Nora: It is there."]
    transcript = tb.read("\n".join(lines).encode())
    assert [row.text for row in transcript.utterances][:2] == [
        "Where is the ferry?",
        "Behind the church.",
    ]
    assert 3000 < transcript.utterances[0].start < transcript.utterances[3].end <= 12_000
    assert [problem.code for problem in transcript.problems].count("stray-text") == 1


@pytest.mark.parametrize(
    "form",
    ["[{clock}] {name}: {text}", "{clock} → {name}: {text}", "[{s}.0 - {s}.5] {name}: {text}"],
)
def test_chinese_has_the_pace_of_speech_with_fewer_characters(form: str) -> None:
    said = [
        ("李雷", 5, "我们开始吧。"),
        ("韩梅", 12, "好的，先谈渡轮。"),
        ("李雷", 19, "它在教堂后面。"),
    ]
    lines = [form.format(name=who, clock=f"00:{s:02d}", s=s, text=text) for who, s, text in said]
    rows = tb.read("\n".join(lines).encode()).utterances
    assert [(row.speaker, row.start // 1000, row.text) for row in rows] == said


def test_a_chinese_character_takes_as_long_as_three_letters() -> None:
    said = ["我们今天开始吧", "Now we begin today: yes"]
    lengths = [
        row.end - row.start
        for text in said
        for row in tb.read(f"Nora  0:03\n{text}\n\nTom  0:20\n{text}\n".encode()).utterances
    ]
    assert lengths[0] == lengths[1] == 7 * 3 * 65 == lengths[2] - 2 * 65


def test_front_matter_above_the_first_time_is_not_said() -> None:
    front = "---\n" + "Title: One is here.\nUrl: Two is here.\n" * 3 + "---\n"
    said = "Nora  0:30\nWhere is the ferry?\n\nTom  0:36\nBehind the church.\n"
    transcript = tb.read((front + said).encode())
    assert list(transcript.utterances.texts) == ["Where is the ferry?", "Behind the church."]


def test_a_word_between_a_name_and_a_time_is_no_name() -> None:
    text = "Nora at 0:03\nWhere is the ferry?\n\nTom at 0:06\nBehind the church.\n"
    assert [row.speaker for row in tb.read(text.encode()).utterances] == ["Nora", "Tom"]
