"""Search over everything in words."""
