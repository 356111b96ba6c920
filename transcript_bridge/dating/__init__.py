"""Finds when a recording began.

finder        all sources of a date, in the order in which they are trusted
names         dates in the names of files and folders
sidecar       the date in a JSON file beside a transcript
media         the date in a media file
companions    which files beside a transcript belong to it
local_zone    the computer's time zone, by name
wording       what messages call the sources of a date
"""
