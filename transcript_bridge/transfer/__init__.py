"""From requests to conversations, exactly once: the ledger, the pace, the settling of what is
unclear.

    sources ──plan──▶ ledger ──claim──▶ send ──▶ answer ──record──▶ ledger
                                  ╰──▶ look (list, compare) ──╯
                                  ╰──▶ poll (is it there yet) ─╯

uploader.py    the loop: which request is next, and who does it
ledger.py      what was planned, sent, stored; the only rooms that know SQL are ledger*.py
pace.py        how long to wait before the next write
answers.py     what an answer, or its absence, makes of a request
settle.py      is it on the server or not
verify.py      does the server hold what was sent
undo.py        take back what this ledger created
"""
