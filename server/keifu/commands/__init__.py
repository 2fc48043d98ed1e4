"""What the command line can do: thin commands over the library."""
