"""What a client of the engine opens and asks: settings, key, server, ledger, archive.

The machine, the settings and the key:

    environment         what a run may know of the machine, as plain data
    locations           where the settings, the ledger, the credentials and the cache are
    settings            the options of a run; variables: misspelled names of variables
    credentials         the API key: finding it, storing it, deleting it
    key_check           asks the server about a new key; known_keys: all keys that a run could use

The account and its ledger:

    chosen_server       the key and the server of a run
    chosen_account      the account and the ledger of a run; account_names: what people call it
    same_account        when to ask whether two accounts are one
    other_ledgers       another ledger that knows what is to be sent
    connection          an open client, and what the ledger knows of a plan
    ledger_state        how many writes the server allows, and how long until the next one

An archive and its upload:

    opened              an archive: paths and options -> scan -> plan
    reading_engine      what reads it: processes of this machine, or a cluster
    migration           its upload
    progress, forecast  how far the upload is, and when it will be finished
    changes             messages about what was sent before in another form

What was sent:

    roots               inputs as the ledger has them
    selection           which part of the ledger the inputs concern; progress_counts: its numbers
    reporting           the report on it
    undoing, retrying   what `undo` deletes, what `retry` plans again
    resolving           requests that only the user can settle; found_conversation: the id for one

Files that this program writes:

    settings_files      the settings file and the speaker map of an archive
    settings_writer     writes what the user chooses to them: file_choices, part_choices,
                        speaker_choices; by toml_file and toml_tables
    speaker_map_draft   a speaker map to edit
    output_file         a file that the user named for output: nothing is replaced silently
    written_files       which files this program wrote

Everything here is silent: it prints nothing, exits nowhere, and reads neither the clock nor the
environment. The command line is one client; another one can be built next to it.
"""
