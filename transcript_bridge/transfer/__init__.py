"""From requests to conversations, each created exactly once.

    sources ──plan──▶ ledger ──claim──▶ send ──▶ answer ──record──▶ ledger
                                  ├──▶ search (list, compare) ─╯
                                  ╰──▶ poll (is it there yet) ─╯

uploader/        the loop: which request is next, send it, wait for the server
ledger/          what was planned, sent and stored; the only package that uses SQL
upload.py        a source of requests, as the uploader sees it
destination.py   the calls that a server has to answer
answers.py       the next state of a request after an answer, or after a lost one
titling.py       give conversations the titles of their files
settle.py        is a request on the server or not
comparing.py     is a request the same conversation as one that was sent
pace.py          how long to wait before the next write
waiter.py        waits between calls that are made one after another
paging.py        read a list page by page, to its end
verify.py        does the server hold what was sent
undo.py          delete or hide what this ledger created
account_label.py what an account is called
states.py        a request as the ledger knows it, and its states
events.py        what an uploader reports while it works; event_log.py: the same for `logging`
clock.py         time as a parameter
"""
