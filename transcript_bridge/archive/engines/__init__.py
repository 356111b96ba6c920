"""Engines that read an archive on several machines, behind `concurrent.futures.Executor`.

    manifest             recordings -> shards of about 250, each one text of JSON lines
    run_files            the few file operations of a run folder: a folder, or an object store
    run_folder           what a run knows: its archive, its shards, what is converted already
    versions             what must be equal on all machines
    converting_process   a process that converts one shard; detects the recording that ends it
    shared_number        which recording that process is reading
    shard                one task: check, convert a shard, write its result; returns only counts
    window               a few tasks per worker at a time; failed ones are tried again
    dask_cluster         Dask as an Executor: a local cluster, or a scheduler by its address
    engine               puts it together: recordings in, summaries out

All state is in the run folder: whatever is killed, the same command continues with the rest.
Without `--engine`, none of this is used: archive/parallel.py converts on all cores.
"""
