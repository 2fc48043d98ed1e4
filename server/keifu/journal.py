"""The log of the service: one line a record, whatever strangers put into their requests."""

import logging
import re

CONTROL = re.compile(r"[^\S\n \t]|[\x00-\x08\x0e-\x1f\x7f-\x9f]")
"""What ends a line somewhere or moves the cursor of a terminal, beside the end of a line itself."""


class Lines(logging.Formatter):
    """Records as lines: those of a trace are indented, so that none can pass for the beginning of a record."""

    def format(self, record: logging.LogRecord) -> str:
        text = CONTROL.sub(lambda found: ascii(found[0])[1:-1], super().format(record))
        return text.replace("\n", "\n\t")


def begin() -> None:
    """Write the log to standard error."""
    # What a record is not asked for need not be found out ("Optimization" in the documentation of logging).
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    handler = logging.StreamHandler()
    handler.setFormatter(Lines("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(handlers=[handler])
    logging.getLogger("keifu").setLevel(logging.INFO)
