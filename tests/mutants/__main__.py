"""Take each guard of the settlement code away and see which test dies: `python -m tests.mutants [name …]`.

Every mutant is made in a copy of the package; the tree is never touched. What is printed is the table of RESULTS.md.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from tests.mutants.table import MUTANTS, Mutant

ROOT = Path(__file__).parents[2]
COPIED = ("ticketapp", "tests", "alembic", "alembic.ini", "pyproject.toml", "assets", "rxconfig.py")
PLAYED = (
    "tests/simulation/test_found.py",
    "tests/simulation/test_crash_matrix.py",
    "tests/simulation/test_simulation.py",
)
DIRECT = (
    "tests/services/test_settling.py",
    "tests/services/test_holds_end.py",
    "tests/services/test_refunds.py",
    "tests/services/test_crashes.py",
    "tests/services/test_jobs.py",
    "tests/services/test_paying_an_order.py",
    "tests/stripe",
)
PYTEST = ("-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--no-header", "--hypothesis-profile=mutants")


def mutated(mutant: Mutant, package: Path = ROOT / "ticketapp") -> str:
    """Give a file without the guard.

    Raises:
        LookupError: the guard does not stand there, or not once.
    """
    text = (package / mutant.file).read_text()
    if text.count(mutant.text) != 1:
        raise LookupError(f"{mutant.name}: the text stands {text.count(mutant.text)} times in {mutant.file}")
    return text.replace(mutant.text, mutant.instead)


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("names", nargs="*")
    asked.add_argument("--at-once", type=int, default=2)
    given = asked.parse_args()
    chosen = [mutant for mutant in MUTANTS if not given.names or mutant.name in given.names]
    for mutant in chosen:
        mutated(mutant)
    with tempfile.TemporaryDirectory() as folder:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(given.at_once):
            copies.put(_copy(Path(folder) / str(number)))
        with ThreadPoolExecutor(given.at_once) as workers:
            for line in workers.map(lambda mutant: _line(mutant, copies), chosen):
                print(line, flush=True)


def _copy(target: Path) -> Path:
    target.mkdir()
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__", "external"))
        else:
            shutil.copy(source, target / name)
    return target


def _line(mutant: Mutant, copies: "SimpleQueue[Path]") -> str:
    copy = copies.get()
    changed = copy / "ticketapp" / mutant.file
    before = changed.read_text()
    started = time.perf_counter()
    try:
        changed.write_text(mutated(mutant, copy / "ticketapp"))
        died = _first_dead(copy, PLAYED) or _first_dead(copy, DIRECT, "-m", "not postgres")
    finally:
        changed.write_text(before)
        copies.put(copy)
    end = f"killed by {died}" if died else f"SURVIVES. {mutant.masked_by or 'Nobody knows why.'}"
    return f"| {mutant.name} | {end} | {time.perf_counter() - started:.0f} s |"


def _first_dead(copy: Path, tests: tuple[str, ...], *options: str) -> str | None:
    environment = os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, *PYTEST, *options, *tests],
        cwd=copy, env=environment, check=False, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode == 0:
        return None
    dead = [
        line.split(" ", 1)[1] for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))
    ]
    return dead[0].split(" - ")[0] if dead else done.stdout[-300:] + done.stderr[-300:]


if __name__ == "__main__":
    main()
