"""What the service counts of itself, for Prometheus.

Each process of the service counts in a file of its own in the folder that PROMETHEUS_MULTIPROC_DIR names; whichever
of them is asked answers for all. Without the folder a process counts for itself alone.
"""

import os
from pathlib import Path

import psutil
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

FOLDER = "PROMETHEUS_MULTIPROC_DIR"

REQUESTS = Counter("keifu_requests", "Requests answered, by route and status.", ["route", "status"])
QUERY_SECONDS = Histogram(
    "keifu_query_seconds",
    "Seconds that public queries took, from the end of the wait for a process.",
    buckets=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30),
)
LIMITS = Counter("keifu_limits", "Limits reached, by the name of the setting.", ["setting"])
CLIENTS_GONE = Counter("keifu_clients_gone", "Queries stopped because their client had left.")
RUNNING = Gauge("keifu_queries_running", "Public queries at work.", multiprocess_mode="livesum")
WAITING = Gauge("keifu_queries_waiting", "Public queries that wait for a process.", multiprocess_mode="livesum")
DATASET = Gauge(
    "keifu_dataset_triples",
    "Triples of the dataset that is served, by version; 0 once another has taken its place.",
    ["version"],
    multiprocess_mode="livemostrecent",
)
CACHE_BYTES = Gauge("keifu_cache_bytes", "Bytes of answers kept to be given again.", multiprocess_mode="livesum")
CACHE_HITS = Gauge("keifu_cache_hits", "Answers given from those kept.", multiprocess_mode="livesum")


def begin() -> None:
    """Forget what processes of the service that are gone had in hand."""
    folder = os.environ.get(FOLDER)
    if folder:
        for path in Path(folder).glob("gauge_live*.db"):
            if not psutil.pid_exists(int(path.stem.rpartition("_")[2])):
                path.unlink()


def text() -> bytes:
    """All figures in the text format of Prometheus."""
    if FOLDER not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
