"""The exit statuses of commands, as formats.md fixes them."""

from typing import Final

DONE_IN_PART: Final = 1
WRONG_USAGE: Final = 2
NOT_REACHABLE: Final = 3
