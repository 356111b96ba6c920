"""An archive of recordings: what is in it, when each began, who speaks, and what will be sent.

From paths to recordings:

scan                folders, ZIP and tar files, patterns -> files -> recordings
files               one file, wherever it is; members: one of a container, by its path
containers/         lists ZIP and tar files, within limits
patterns, links, missing_files                    which paths are included
stored_files, read_ahead, fetched_objects         objects of a store, listed and fetched
exports             files that hold many conversations
leave_out_rules     what the user leaves out; recording_tables and table_choices: what else
                    [[files]] tables say
left_out            files that are not read: which look like a transcript, and what to export
                    instead; notes: which notes in Markdown are transcripts
grouping            the files of one recording: its forms, its turns, its media
playable            the sound of a recording, for the browser

From a recording to a summary:

convert             one recording -> a summary of it (summary), a pure step
guard               limits for one recording: any failure inside is an error of this file only
reliable_times      which form of a recording has reliable times
parallel            converts all recordings with an engine: processes of this machine (workers),
                    whose results plan_cache keeps under a code_fingerprint, or a cluster (engines/)
voices/             who speaks: names, labels over all recordings, who the owner may be

From recordings to a plan, and to the ledger:

planning            what will be sent; duplicates: what the archive has twice
plan                the plan as data; plan_export: for programs; sending_time: how long it takes
ledger_link         how the ledger identifies recordings, and what the uploader (transfer/) gets
ledger_lookup       what the ledger knows about a plan, as ledger_counts
earlier_rules       requests as earlier versions of the program made them
"""
