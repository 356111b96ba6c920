"""A model of ledger and server: commands, crashes, answers and clocks in any order.

server.py     a server of each generation in memory, which meets the protocol `Destination`
answers.py    what the server does with a call, and what it answers
processes.py  a command in a process of its own: paused at each step, continued, killed
commands.py   what the commands do: upload, undo, verify, retry, resolve
recordings.py what there is to upload
machine.py    the rules that Hypothesis combines, and what has to be true
"""
