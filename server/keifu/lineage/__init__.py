"""Where a thing comes from, what comes from it, and its drawing."""
