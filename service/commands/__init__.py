"""
Commands of `vocero`, a module each, and what they share: the console, the output for programs, names in place of ids.

Nothing here answers a question; `resolvers` and `schema` do.
"""
