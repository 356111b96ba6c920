"""What a client of the engine opens and asks: settings, key, server, ledger, archive.

    environment    what a run may know of the machine, as plain data
    locations      where the settings, the ledger, the credentials and the cache are
    credentials    the API key: finding it, keeping it, forgetting it
    connection     an open client and an open ledger
    ledger_state   what was sent already, as plain data; ledger_reading reads it
    migration      the upload of an archive: plan, send, look for new files
    progress       counts of a running upload

Everything here is silent: it prints nothing, exits nowhere, and reads neither the clock nor the
environment. The command line is one client; another one can be built beside it.
"""
