"""From the files in git to what is served: sources, shapes, stores."""
