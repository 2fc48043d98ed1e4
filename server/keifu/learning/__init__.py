"""Who learns from whom."""
