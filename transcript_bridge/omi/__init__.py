"""The Omi Developer API: a client, and a server on this machine that behaves like Omi's.

client      one method per endpoint; each sends one request. It is a `transfer.Destination`
failures    HTTP status, headers and body of a failing answer -> one error
receiving   the body of an answer, with a limit; deadline: a limit for a whole request
address     the address of a server, and where a key may be sent; api_key: what a key looks like
sandbox/    the server, in three generations, with faults on demand
loopback    runs the sandbox, or the review page, on 127.0.0.1
"""
