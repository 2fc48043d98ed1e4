"""The library of queries and the page to ask."""
