"""One utterance becomes several: its time and its words go with the texts."""

from __future__ import annotations

from collections.abc import Sequence

from ...models import Utterance, Word


def part(utterance: Utterance, parts: Sequence[tuple[str | None, str]]) -> list[Utterance]:
    """An utterance for each (speaker, text); id and line are those of the cue.

    A part begins with its first word that has a time; without such words the time is shared by the
    length of the texts.
    """
    shares = share_words(utterance, [text for _, text in parts])
    start, end = utterance.start, max(utterance.start, utterance.end)
    total = sum(len(text) for _, text in parts)
    bounds = [start]
    done = 0
    for (_, text), share in zip(parts, shares[1:], strict=False):
        done += len(text)
        heard = next((word.start for word in share if word.start is not None), None)
        bound = start + (end - start) * done // total if heard is None else heard
        bounds.append(max(bounds[-1], min(bound, end)))
    bounds.append(utterance.end if len(parts) == 1 else end)
    return [
        Utterance(bounds[i], bounds[i + 1], text, speaker, shares[i], utterance.id, utterance.line)
        for i, (speaker, text) in enumerate(parts)
    ]


def share_words(utterance: Utterance, texts: Sequence[str]) -> list[tuple[Word, ...]]:
    """The words of each of `texts`, which are what is left of the utterance's text; a label's words
    go.

    Words are told apart by their characters, blanks aside, and by the length of the texts where the
    source's words do not spell the text.
    """
    if not utterance.words:
        return [()] * len(texts)
    whole = _solid(utterance.text)
    letters = [_solid(text) for text in texts]
    spelt = [_solid(word.text) for word in utterance.words]
    spans = _spans(whole, letters) if sum(map(len, spelt)) == len(whole) else []
    if spans:
        return _words_in(utterance.words, spelt, spans, trim=True)
    scale = sum(map(len, spelt)) / (sum(map(len, letters)) or 1)
    at = 0
    for text in letters:
        spans.append((round(at * scale), round((at + len(text)) * scale)))
        at += len(text)
    return _words_in(utterance.words, spelt, spans, trim=False)


def _spans(whole: str, texts: Sequence[str]) -> list[tuple[int, int]]:
    """Where each text stands in `whole`, sought from the end, where no label follows; [] if one is
    not there."""
    spans: list[tuple[int, int]] = []
    end = len(whole)
    for text in reversed(texts):
        start = whole.rfind(text, 0, end)
        if start < 0:
            return []
        spans.append((start, start + len(text)))
        end = start
    return spans[::-1]


def _words_in(
    words: Sequence[Word], spelt: Sequence[str], spans: Sequence[tuple[int, int]], *, trim: bool
) -> list[tuple[Word, ...]]:
    """Each word to the span in which it has letters, trimmed to them if asked; without those in no
    span."""
    shares: list[list[Word]] = [[] for _ in spans]
    end = current = 0
    for word, letters in zip(words, spelt, strict=True):
        start, end = end, end + len(letters)
        while current < len(spans) - 1 and start >= spans[current][1]:
            current += 1
        lower, upper = spans[current]
        if letters and (end <= lower or start >= upper):
            continue
        within = letters[max(lower - start, 0) : max(upper - start, 0)]
        if trim and within != letters:  # `Alice:Hello` is one word of the source
            word = word._replace(text=within)
        shares[current].append(word)
    return [tuple(share) for share in shares]


def _solid(text: str) -> str:
    return "".join(text.split())
