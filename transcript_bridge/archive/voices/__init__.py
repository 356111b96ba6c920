"""The speakers in the recordings of an archive.

naming            applies the people of the speaker map to a summary
anonymous_labels  labels that name nobody
label_totals      each label over all recordings
similar_names     labels that are probably one person; similar_words has the rules
likely_owner      who the owner may be
samples           what to listen to, to recognize a voice
"""
