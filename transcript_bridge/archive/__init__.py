"""An archive of recordings: what is in it, when each began, who speaks, and what will become of it.

finding.py     folders, zips and tars -> files; containers.py opens them, sources.py is one file of
               theirs
pairing.py     files of one recording: the best transcript, its turns, its media
dates.py       when it began; name_dates.py and media_dates.py are two of the places that tell
converting.py  one recording -> its requests, a pure step; converted.py is what came of it
mapping.py     that step over all of them, on all cores; plan_cache.py remembers
planning.py    what will be sent, and when it will be done
spellings.py   labels that are probably one person
uploads.py     what the upload engine (transfer/) is given
"""
