"""
The local index: a copy of the facts on the disk of this host, shared by its processes and kept up to date from the log.

Never here: what decides, and what writes to the graph.
"""
