"""Cities beside cities."""
