"""A dataset in a store on disk, for those that are too large for memory."""

from pathlib import Path

import pyoxigraph as ox

from keifu.build import Progress, beside, silent, switch


def put(place: Path, disk: Path, progress: Progress = silent) -> None:
    """Put the dataset built in the folder `place` into service below `disk`, written there first if need be."""
    there = disk / place.name
    if not there.is_dir():
        progress("ディスク上のストアへの書き込み", "writing the store on disk")
        with beside(there) as work:
            quads = ox.Store(str(work))
            quads.bulk_load(path=place / "data.nq", format=ox.RdfFormat.N_QUADS, lenient=True)
            quads.optimize()
            quads.flush()
            # The files belong to who has the store open, and are renamed once nobody has.
            del quads
    switch(disk, place.name)
