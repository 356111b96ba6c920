"""An archive of recordings: what is in it, when each began, who speaks, and what will happen to it.

scan.py           folders, ZIP and tar files, stores -> files: patterns.py, links.py,
                  stored_files.py, exports.py; files.py is one file
containers/       what is in ZIP and tar files, within limits
leaving_out.py    what the user leaves out, and recording_tables.py what else [[files]] tables say
left_out.py       files that are not read: which look like a transcript, and what to export instead
grouping.py       files of one recording: its forms, its turns, its media
convert.py        one recording -> a summary of it (summary.py), a pure step
guard.py          the border of one recording: what happens inside is an error of this file only
parallel.py       that step for all of them, by an engine: processes of this machine, which may die
                  (workers.py) and whose results plan_cache.py remembers, or a cluster (engines/)
voices/           who speaks: names, labels over all recordings, who the owner may be
planning.py       what will be sent: duplicates.py has what is there twice; plan.py is the plan as
                  data, sending_time.py how long it takes, plan_export.py has it for programs
ledger_link.py    what the ledger knows recordings by, and what the uploader (transfer/) is given
ledger_lookup.py  what the ledger knows of a plan
earlier_rules.py  requests as earlier versions of the program made them
"""
