"""The keys under which JSON states a date, and what it is the date of."""

from __future__ import annotations

BEGAN = (
    "recording_start",
    "recordingStart",
    "recording_start_time",
    "recordingStartTime",
    "recorded_at",
    "recordedAt",
    "recordingDate",
    "recording_date",
    "started_at",
    "startedAt",
    "start_time",
    "startTime",
    "start_datetime",
    "startDateTime",
    "start_timestamp",
    "startTimestamp",
    "meeting_start_time",
    "meetingStartTime",
    "meetingDate",
    "photoTakenTime",
)
"""Keys for the beginning of the recording, the most precise first."""
MADE = (
    "creation_time",
    "created_at",
    "createdAt",
    "create_time",
    "date",
    "datetime",
    "timestamp",
    "release_date",
    "upload_date",
)
"""Keys for when a document was made or published. For a transcript that is a guess, better than the
time of its file."""
BESIDE = ("release_timestamp", *BEGAN, *MADE)
"""In JSON beside a transcript, which is there to describe the recording: yt-dlp's, Google's."""
