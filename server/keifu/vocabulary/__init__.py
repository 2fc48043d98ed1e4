"""What the terms of the vocabulary mean, ask and do in the data."""
