"""The places of the page, one folder for each."""
