"""The common parts of SRT, WebVTT and plain text: time lines, the lines between them, markup.

`srt`, `vtt` and `text` import these modules, and do not import each other. A file is read in
chunks. The fast readers take a chunk in which every cue is well-formed, and read all of its cues at
once; the careful readers take any other chunk, and read it block by block.
tests/formats/test_fast_paths.py checks that the two find the same.

    cue           one cue, and the log of problems of a file
    lines         lines of text: blanks at their ends, numbers alone on a line
    reading       each chunk by the fast reader, or by the careful one where that gives up
    timestamps    time lines, in the standard notation and in others
    whole_text    what was done to all of a file: escaped, frames for fractions, names above times
                  (names_above)
    chunks        a file cut into pieces with whole cues
    columns       the fast readers: all texts and all times of a chunk at once
    blocks        the careful readers: a chunk cut at its time lines
    salvage       the careful readers: cues that are damaged beyond reading
    markup        tags, entities and voices -> text, speakers and words
    inline_times  words between the times inside a text
    repeats       captions that repeat themselves: rolling lines, one highlighted word at a time
                  (highlights)
    line_breaks   where a text is broken into lines and cues
    fitting       utterances as cues with short lines
    writing       utterances as lines that name their speaker
"""
