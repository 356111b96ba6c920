"""Misspelled environment variables that begin with TRANSCRIPT_BRIDGE_.

Other programs may set variables with such names: Kubernetes does for a service called
transcript-bridge. So only those are refused that were meant for this program.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..config import ENVIRONMENT_PREFIX
from ..errors import SettingsError
from ..options import BY_NAME, OPTIONS

OTHER_NAMES = ("allow_http", "ledger", "metrics", "sandbox_token")
"""Variables of flags that are not options of recordings."""
_NAMES_OF_OMI = {"api_key": "OMI_API_KEY", "api_base": "OMI_API_BASE", "profile": "OMI_PROFILE"}
_LIKENESS = 0.75


def check_variables(variables: Iterable[str]) -> None:
    """Raises SettingsError for a variable that looks like one of this program's and is not read."""
    options = [option.name for option in OPTIONS if "environment" in option.places]
    known = {*options, *OTHER_NAMES}
    for variable in variables:
        if not variable.startswith(ENVIRONMENT_PREFIX):
            continue
        name = variable.removeprefix(ENVIRONMENT_PREFIX).lower()
        if name in known:
            continue
        instead = _find_instead(name, sorted(known))
        if instead:
            raise SettingsError(f"${variable} is not read; use {instead}")


def _find_instead(name: str, known: list[str]) -> str:
    """The variable that was meant; empty if this one is not for this program."""
    import difflib  # only needed for a typing error

    if name in _NAMES_OF_OMI:
        return f"${_NAMES_OF_OMI[name]}"
    if name in BY_NAME:
        return BY_NAME[name].flag if BY_NAME[name].commands else "a settings file"
    near = difflib.get_close_matches(name, known, 1, cutoff=_LIKENESS)
    if near:
        return f"${ENVIRONMENT_PREFIX}{near[0].upper()}"
    return ""
