"""What SRT, WebVTT and plain text have in common: time lines, the lines between them, markup,
repeats.

This is ground under the plug-ins and no plug-in itself: `srt`, `vtt` and `text` stand on it side by
side and know nothing of each other, and it knows nothing of them.

    clock       time lines, as the standard has them and as people write them
    stretch     a text cut at its time lines; the fast path's chunks and columns
    markup      tags, entities and voices -> text, speakers and words
    repeats     captions that repeat themselves: rolling lines, a highlighted word at a time
    findings    what was found while reading, and the problems told of it
"""
