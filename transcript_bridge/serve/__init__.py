"""To run for weeks, with a thousand keys: a queue, workers, metrics and health.

Nothing is imported here: `migrate --metrics` does without Procrastinate.

dispatcher      a worker: takes the keys that are due, one for each slot
key_turn        one turn of a key: plan its archive, upload until it has to wait
turns           how a turn ended, and the events of a worker
profile_keys    the key of a profile, on the machine that works
key_queue       the keys of the queue: added, paused, removed, and how far they are
queue_database  the tables of the queue, beside those of the ledger
metrics         what a process counts, for Prometheus
health          whether its parts work
monitoring      both on one port
patience        a question that is answered in time, or not at all
"""
