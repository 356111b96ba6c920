"""ZIP and tar files: what they hold, within limits, and reading it without unpacking to disk.

listing          which files are containers, and the files in one
limits           what a container may hold, and the messages for what it may not
zip_members      the members of a ZIP file; zip_names has their names as they were meant
tar_members      the members of a tar file
kept_open        opening containers, and keeping those open that are read from
packed_members   a member as a file that takes no more memory than is read of it
"""
