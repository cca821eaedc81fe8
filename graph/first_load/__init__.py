"""A first load: what a book makes of an empty store, drafted on disk by the code that writes the graph, then taken by Neo4j's importer."""
