"""Play tests that need a server beside them, in a copy of the tree that has the mutant in it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.mutants.mutant import Mutant
from tests.mutants.playing import PACKAGE, mutated

LEFT_BEHIND = shutil.ignore_patterns(".*", "var", "__pycache__")
_DIED = re.compile(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", re.MULTILINE)


def died_in_a_copy(mutant: Mutant, options: Sequence[str]) -> str:
    """Tell how the test of `mutant.dies_of` died there, empty when it passed.

    Raises:
        RuntimeError: it could not be played.
    """
    with TemporaryDirectory(prefix="mutant-") as made:
        copy = Path(made) / "tree"
        shutil.copytree(PACKAGE.parent, copy, ignore=LEFT_BEHIND)
        (copy / PACKAGE.name / mutant.file).write_text(mutated(mutant))
        played = subprocess.run(
            [sys.executable, "-m", "pytest", *options, mutant.dies_of],
            cwd=copy,
            env=os.environ | {"PYTHONPATH": str(copy)},
            capture_output=True,
            text=True,
            check=False,
        )
    died = _DIED.search(played.stdout)
    if played.returncode not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED) or bool(died) is not bool(
        played.returncode
    ):
        raise RuntimeError(f"{mutant.name}: {played.stdout}{played.stderr}")
    return f"`{died[1]}`" if died else ""
