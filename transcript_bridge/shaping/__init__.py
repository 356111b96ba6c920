"""Stages between a format and the server: Transcript -> Transcript, and its last steps.

In the order in which reading.py and pipeline.py apply them:

    repeats         utterances that a file contains twice -> one of each
    restarts        times that start again within a file -> parts, one after the other
    labels/         speaker labels in the text (`Alice: …`) -> speakers
    diarization/    speakers from turns (who spoke when), and utterances split where they change
    untranscribed   turns without words -> utterances with a placeholder text
    repair          what the server would refuse is fixed or dropped
    relabeling      parts of a recording are given to another speaker, if the user says so
    merging         neighbors of one speaker are joined, if the user asks for it
    speakers/       labels -> numbers, people and the owner
    batches         utterances -> batches of at most 500, and their ids
    records         utterances -> rows, as wire.py validates them

Every stage is a pure function. What it drops or changes is a Problem, so that cues found stay
utterances + cues of problems. Stages do not import each other; what several need is in a base
module (models, problems, timecode, line_joining).
"""
