"""Uploads with a thousand keys, for weeks: a queue, workers, metrics and health.

Nothing is imported here, because `migrate --metrics` works without Procrastinate.

dispatcher      a worker: takes the keys that are due, one for each slot
key_turn        one turn of a key: plan its archive, upload until it has to wait
turns           how a turn ended, and the events of a worker
profile_keys    the key of a profile, on the machine of the worker
key_queue       the keys of the queue: adding, pausing, removing, and their progress
queue_database  the tables of the queue, beside those of the ledger
metrics         what a process counts, for Prometheus
health          whether the parts of a process work
monitoring      both on one port
patience        a question that is answered in time, or not at all
"""
