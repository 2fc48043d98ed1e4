"""What describes the dataset to others, and its dumps."""
