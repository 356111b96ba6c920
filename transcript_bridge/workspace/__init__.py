"""What a client of the engine opens and asks: settings, key, server, ledger, archive.

    environment    what a run may know of the machine, as plain data
    locations      where the settings, the ledger, the credentials and the cache are
    credentials    the API key: finding it, keeping it, forgetting it
    known_keys     every key that a run could use
    account_names  what people call an account
    same_account   when to ask whether two accounts are one
    settings       the options of a run
    variables      typing errors in names of variables
    chosen_server  the key and the server of a run
    chosen_account the account and the ledger of a run
    connection     an open client, and what the ledger knows of a plan
    ledger_state   what was sent, and how much the server allows
    opened         an archive: paths and options -> scan -> plan
    migration      the upload of an archive
    roots          inputs as the ledger has them
    selection      what of the ledger some inputs concern
    output_file    a file that the user named for output: nothing is replaced silently
    written_files  which files this program wrote
    progress       how far it is, and when it will be finished

Everything here is silent: it prints nothing, exits nowhere, and reads neither the clock nor the
environment. The command line is one client; another one can be built next to it.
"""
