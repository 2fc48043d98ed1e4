"""What is dated, on one axis."""
