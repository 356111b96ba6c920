"""An archive of recordings: what is in it, when each began, who speaks, and what will happen to it.

scan.py           folders, ZIP and tar files -> files: patterns.py, containers.py (with
                  zip_members.py, zip_names.py, tar_members.py, container_limits.py); files.py is
                  one file
links.py          which links in folders are followed
left_out.py       files that are not read: which look like a transcript, and what to export instead
grouping.py       files of one recording: its forms, its turns, its media
convert.py        one recording -> its requests, a pure step; summary.py is what is kept of it
guard.py          the border of one recording: what happens inside is an error of this file only
parallel.py       that step for all of them, by an engine: processes of this machine, which may die
                  (workers.py) and whose results plan_cache.py remembers, or a cluster (engines/)
planning.py       what will be sent: duplicates.py has what is there twice; plan.py is the plan as
                  data, sending_time.py how long it takes, plan_export.py has it for programs
label_totals.py   speakers' labels over the archive; similar_names.py finds those of one person
ledger_link.py    what the ledger knows recordings by, and what the uploader (transfer/) is given
ledger_lookup.py  what the ledger knows of a plan
earlier_rules.py  requests as earlier versions of the program made them
"""
