"""The common parts of formats of speaker turns.

collecting  the turns of a file, while it is read
line        one line with two times and a label
keys        which key or column holds the start, the end, the label
values      times and labels
"""
