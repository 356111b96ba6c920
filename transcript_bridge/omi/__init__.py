"""The Omi Developer API: a client, and a server on this machine that behaves like Omi's.

client.py     one method per endpoint; each sends one request. It is a `transfer.Destination`
failures.py   HTTP status, headers and body of a failing answer -> one error
sandbox/      the server, in three generations, with faults on demand
"""
