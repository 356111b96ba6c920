"""Misspelled environment variables that begin with TRANSCRIPT_BRIDGE_.

Others may have such a name for reasons of their own: Kubernetes makes some for a service that is
called transcript-bridge. So only what was meant for this program is refused.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..config import ENVIRONMENT_PREFIX
from ..errors import SettingsError
from ..options import BY_NAME, OPTIONS

OTHER_NAMES = ("allow_http", "ledger", "metrics", "sandbox_token")
"""Variables of flags that are no options of recordings."""
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
    """What was meant; empty for what is not meant for this program."""
    import difflib  # for typing errors only

    if name in _NAMES_OF_OMI:
        return f"${_NAMES_OF_OMI[name]}"
    if name in BY_NAME:
        return BY_NAME[name].flag if BY_NAME[name].commands else "a settings file"
    near = difflib.get_close_matches(name, known, 1, cutoff=_LIKENESS)
    if near:
        return f"${ENVIRONMENT_PREFIX}{near[0].upper()}"
    return ""
