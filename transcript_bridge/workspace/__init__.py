"""The engine's interface for clients: settings, key, server, ledger, archive.

The machine, the settings and the key:

    environment         what a run may know about the machine, as plain data
    this_machine        that of this process, for clients that have none yet
    locations           where the settings, the ledger, the credentials and the cache are
    settings            the options of a run; variables: misspelled names of variables
    credentials         the API key: finding it, storing it, deleting it
    key_check           asks the server about a new key; known_keys: all keys that a run could use

The account and its ledger:

    chosen_server       the key and the server of a run
    chosen_account      the account and the ledger of a run; account_names: what people call it
    same_account        when to ask whether two accounts are one
    other_ledgers       another ledger that has records of the same sources
    connection          an open client, and what the ledger knows about a plan
    ledger_state        how many writes the server allows, and how long until the next one

An archive and its upload:

    opened              an archive: paths and options -> scan -> plan
    reading_engine      what reads it: processes of this machine, or a cluster
    migration           its upload
    progress, forecast  how far the upload is, and when it will be finished
    changes             messages about what was sent before with other content

What was sent:

    roots               inputs as absolute paths, as in the ledger
    selection           which part of the ledger the inputs concern; progress_counts: its numbers
    reporting           the report
    undoing, retrying   what `undo` deletes, what `retry` plans again
    resolving           requests that only the user can settle; found_conversation: the id of one

Files that this program writes:

    settings_files      the settings file and the speaker map of an archive
    settings_writer     writes what the user chooses to them: file_choices, part_choices,
                        speaker_choices; by toml_file and toml_tables
    speaker_map_draft   a speaker map to edit
    output_file         a file that the user named for output: nothing is replaced silently
    written_files       which files this program wrote

Everything here is silent: it does not print, exit, or read the clock or, except in `this_machine`,
the environment. The command line is one client; others can be built next to it.
"""
