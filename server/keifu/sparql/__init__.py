"""SPARQL: queries read, refused or run apart, and answers written."""
