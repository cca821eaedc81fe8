"""A Neo4j of our own: its jars fetched once, its process started, found and stopped."""

from graph.embedded.folder import copy_store, running
from graph.embedded.jars import Jars, fetch
from graph.embedded.process import Running, start

__all__ = ["Jars", "Running", "copy_store", "fetch", "running", "start"]
