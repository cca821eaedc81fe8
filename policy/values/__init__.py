"""
What a value may be: the one rule that `apply`, `simulate`, books, saved answers and settings ask before anything is kept.

Each function gives the value as it is stored, or raises BadInput with what would be right; nothing here knows where a value came from.
"""
