"""Secrets in text and in JSON: known by the form of their names and of their values, and taken out of what is shown, logged or written."""

import re
from collections.abc import Mapping
from typing import Any

REDACTED = "[redacted]"
MEMBERS = (
    *("password", "passwd", "passphrase", "secret", "credential", "assertion", "cookie"),
    *("apikey", "accesskey", "accountkey", "privatekey", "sharedkey", "signingkey", "connectionstring"),
)
"""What stands anywhere in the name of a secret."""
ENDINGS = ("token", "pwd")
"""What the name of a secret ends with; `tokens` is a number of them."""
NAMES = frozenset({"sig"})

LEAST_RANDOM = 40
"""Characters from which on a run of them may be a key: 30 bytes in base64. A GUID has 36, a SHA-256 in hexadecimal no capitals."""
_SEPARATORS = re.compile(r"[\s_.\-]")
_RUN = re.compile(rf"(?<![A-Za-z0-9+/_\-])[A-Za-z0-9+/_\-]{{{LEAST_RANDOM},}}={{0,2}}")
_PADDED = re.compile(r"={1,2}$")
_TURN = re.compile(r"[a-z][A-Z]")
_VALUES = re.compile(
    r"""
      -----BEGIN\ [A-Z ]*PRIVATE\ KEY-----.*?(?:-----END\ [A-Z ]*PRIVATE\ KEY-----|\Z)    # PEM
    | \beyJ[A-Za-z0-9_\-]{5,}(?:\.[A-Za-z0-9_\-]*){1,4}                                   # JWT, JWE
    | \bvocero_[0-9a-f]{16}_[A-Za-z0-9_\-]{43}                                            # a key of this service
    | (?<![\w.~\-])[\w.~\-]{3}[78]Q~[\w.~\-]{31,34}                                       # a client secret of Entra ID
    | (?<=\bsig=)[^&\s"'<>]+                                                              # a shared access signature
    | (?<=://)[^/\s:@]*:[^/\s@]+(?=@)                                                     # user and password of an address
    """,
    re.VERBOSE | re.DOTALL,
)
_PARTS = ("private key", "eyj", "vocero_", "q~", "sig=", "://", "authorization", "bearer")
"""What the forms below have in them: most texts have none, and most texts are looked at in vain."""
_AUTHORIZATION = re.compile(
    r"(\bauthorization[\"']?\s*[:=]\s*[\"']?)(bearer|basic|digest|negotiate|signature|oauth)\s+(?![…<])[^\s\"',;`}]+", re.IGNORECASE
)
_BEARER = re.compile(r"\b(bearer\s+)(?=[^\s\"',;}]*[0-9._~+/=])[A-Za-z0-9._~+/\-]{8,}=*", re.IGNORECASE)


def _spelled(word: str) -> str:
    return r"[_\-]?".join(word)


_NAMED = re.compile(
    rf"""
    (?<![\w\-])
    (?P<name>
        [\w\-]*?(?:{"|".join(map(_spelled, MEMBERS))})[\w\-]*
        | [\w\-]*?(?:{"|".join(map(_spelled, ENDINGS))})(?![\w\-])
        | (?:{"|".join(NAMES)})(?![\w\-])
    )
    (?P<between>\\*["']?\s*[:=]\s*)
    (?P<value>
        \\*"(?:[^"\\]|\\.)*(?:"|\Z)
        | '(?:[^'\\]|\\.)*(?:'|\Z)
        | \{{[^{{}}]*(?:\}}|\Z)
        | \[[^\[\]]*(?:\]|\Z)
        | (?!null\b|true\b|false\b|…)[^\s,;&"'{{}}\[\]]+
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SETTING = re.compile(r"_?VOCERO_[A-Z0-9_]+")


def is_secret_name(name: str) -> bool:
    """Whether a member of this name holds a secret; case, `_`, `-`, `.` and spaces don't matter."""
    plain = _SEPARATORS.sub("", name).lower()
    return plain in NAMES or plain.endswith(ENDINGS) or any(word in plain for word in MEMBERS)


def redacted(text: str) -> str:
    """The text with `[redacted]` in place of every secret; its names stay, so that a reader sees what stood there."""
    plain = text.lower()
    if any(part in plain for part in _PARTS):
        text = _VALUES.sub(REDACTED, text)
        text = _AUTHORIZATION.sub(rf"\1\2 {REDACTED}", text)
        text = _BEARER.sub(rf"\1{REDACTED}", text)
    if len(text) >= LEAST_RANDOM:
        text = _RUN.sub(_random_redacted, text)
    plain = plain.replace("_", "").replace("-", "")
    if any(word in plain for word in (*MEMBERS, *ENDINGS, *NAMES)):
        text = _NAMED.sub(_named_redacted, text)
    return text


def without_secrets(value: Any) -> Any:  # noqa: ANN401 - JSON, or what else a line of the log has
    """JSON with `[redacted]` in place of every secret, at all levels."""
    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, Mapping):
        return {name: REDACTED if is_secret_name(str(name)) and inner else without_secrets(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map(without_secrets, value)) if type(value) in {list, tuple} else value
    return value


def _random_redacted(match: re.Match[str]) -> str:
    return REDACTED if _is_random(match[0]) else match[0]


def _is_random(run: str) -> bool:
    """
    Whether these characters look drawn by chance: capitals are a good part of the letters, and stand among small letters.

    Paths, identifiers, GUIDs and hashes in hexadecimal don't.
    """
    letters = sum(map(str.isalpha, run))
    capitals = sum(map(str.isupper, run))
    turns = len(_TURN.findall(run))
    has_digits = _PADDED.search(run) is not None or any(map(str.isdigit, run))
    return has_digits and letters <= 4 * capitals <= 3 * letters and 16 * turns >= len(run)


def _named_redacted(match: re.Match[str]) -> str:
    name, between, value = match["name"], match["between"], match["value"]
    if ":" in between and _SETTING.fullmatch(name):
        return match[0]  # a sentence about the setting
    quote = value[0] if value[0] in "\"'" and len(value) > 1 else '"' if value.startswith(('\\"', "{", "[")) else ""
    return f"{name}{between}{quote}{REDACTED}{quote}"
