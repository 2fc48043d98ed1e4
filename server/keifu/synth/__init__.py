"""A synthetic nation, to try the service at full size."""
