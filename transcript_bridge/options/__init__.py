"""Every option, declared once.

    file_options, run_options  name, kind of value, effect, help text, where it may be set
    table          OPTIONS: all of them, in the order of the help
    option         what an option is
    kinds          parsing and checking of values; lists: of several values
    file_tables    the [[files]] tables of a settings file: values for some files only
    label_changes  their [[files.during]] tables: another speaker in a part of a recording
    values         Options: the values that determine what a file becomes, and their digest

The flags of the command line, the keys of settings files, the environment variables, the table in
docs/settings.md and the digest all come from OPTIONS. To add an option, add a row and a field;
tests/test_options.py fails while one of them is missing.
"""

from .file_tables import FileTable, parse_file_tables, without_values
from .kinds import CONCURRENCY, LOCAL_CLUSTER, MAX_CONCURRENCY, OWN_PROCESSES
from .option import Command, Group, Option, Place
from .table import BY_NAME, OPTIONS, parse_option
from .values import Options, build_options, locate

__all__ = [
    "BY_NAME",
    "CONCURRENCY",
    "LOCAL_CLUSTER",
    "MAX_CONCURRENCY",
    "OPTIONS",
    "OWN_PROCESSES",
    "Command",
    "FileTable",
    "Group",
    "Option",
    "Options",
    "Place",
    "build_options",
    "locate",
    "parse_file_tables",
    "parse_option",
    "without_values",
]
