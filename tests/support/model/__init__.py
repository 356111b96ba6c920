"""A model of ledger and server: commands, crashes, answers and clocks in any order.

server.py     a server of each generation in memory, which meets the protocol `Destination`
answers.py    the ways in which the server handles and answers a call
processes.py  a command in a process that is paused at each step, continued, killed
commands.py   the commands: upload, undo, verify, retry, resolve
recordings.py the recordings to upload
machine.py    the rules that Hypothesis combines, and the checks after them
"""
