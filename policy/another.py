"""What stands for other partners where a partner asks: it learns that there is one, and nothing else of it."""

from typing import Final

ANOTHER: Final = "partner:another"
"""Whoever else sells to the customer; several are shown as one."""
ANOTHERS: Final = "subscription:another"
"""What the customer holds of others; all of it is shown as one, and only where an answer can't be told without it."""
SHOWN_NAME: Final = "another partner"
