"""The language of a command: that of `--language`, else that of the environment where there are texts in it, else English."""

import os
from locale import normalize
from typing import Annotated

import typer

from policy.terms import Language

VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""The first that is set decides, as for every program."""

InLanguage = Annotated[
    Language | None, typer.Option("--language", case_sensitive=False, help="language of texts; that of LANG unless given, else EN")
]


def language_of(given: Language | None) -> Language:
    """The language to speak."""
    if given is not None:
        return given
    locale = next((value for name in VARIABLES if (value := os.environ.get(name))), "")
    code = normalize(locale)[:2].upper()  # `spanish` and `es_MX.UTF-8` are both `es_…`
    return Language(code) if code in set(Language) else Language.EN
