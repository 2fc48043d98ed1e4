"""How pages read the graph: facts, names, things, terms."""
