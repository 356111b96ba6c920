"""ZIP and tar files: listing them within limits, and reading members without unpacking to disk.

listing          which files are containers, and the files in one
limits           limits of containers, and the messages for what exceeds them
zip_members      the members of a ZIP file; zip_names has their names as they were meant
tar_members      the members of a tar file
kept_open        opening containers, and keeping the latest ones open
packed_members   a member as a file that uses no more memory than is read from it
"""
