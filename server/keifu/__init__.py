"""keifu (系譜): Japanese municipal DX plans as linked open data."""

__version__ = "0.1.0"
