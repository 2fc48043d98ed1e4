"""What the data of a plan lack."""
