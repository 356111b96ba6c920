"""The Omi Developer API: a client, and a server on this machine that behaves like Omi's.

client      one method per endpoint, each of which sends one request; a `transfer.Destination`
failures    HTTP status, headers and body of a failing answer -> one error
receiving   the body of an answer, with a size limit; deadline: a time limit for a whole request
address     the address of a server, and where a key may be sent; api_key: the form of a key
sandbox/    the server, in three generations, with faults on demand
loopback    runs the sandbox, or the review page, on 127.0.0.1
"""
