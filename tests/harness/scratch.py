"""Where tests put their files: into memory where the machine has enough, since none of them must outlast a test.

Databases are made hundreds of times; on a disk each takes ten times as long.
"""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
BYTES_WANTED = 2 * 1024**3
# Where what is measured or must survive a power cut lies: always a disk.
DISK = Path("/var/tmp")


def use_memory() -> None:
    """Let this process and those it starts keep their temporary files in memory, unless TMPDIR says where."""
    is_roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= BYTES_WANTED
    if is_roomy and os.access(MEMORY, os.W_OK) and "TMPDIR" not in os.environ:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None
