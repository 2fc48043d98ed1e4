"""The figures of this service beside other SPARQL servers: `python -m tests.benchmarks`."""
