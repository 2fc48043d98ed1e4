"""Indicators, KPIs and their values."""
