"""Take each guard of the settlement code away and see which test dies: `python -m tests.mutants [name …]`.

Every mutant lives in a fork of one process that has collected the tests; no file is touched. Those that are found by a
test with a server beside it are played first, each in a copy of the tree. What is printed are the lines of RESULTS.md.
"""

import argparse
import sys

import pytest

from tests.mutants.copying import died_in_a_copy
from tests.mutants.playing import Play
from tests.mutants.table import MUTANTS

STORIES = "tests/simulation/test_crash_matrix.py"
# The quickest first: the first test that dies ends a mutant.
BRIEF = (
    "tests/simulation/test_found.py",
    f"{STORIES}::test_a_story_ends_as_it_should_when_nothing_comes_in_between",
)
DISTURBED = (
    f"{STORIES}::test_nothing_is_lost_whatever_comes_in_between",
    "tests/simulation/test_simulation.py",
)
DIRECT = tuple(
    f"tests/services/{name}.py"
    for name in (
        "test_settling", "payments/test_reconciling", "test_holds_end", "test_refunds", "test_refund_desk", "test_jobs",
        "test_paying_an_order", "test_authorise_first", "test_capture", "test_bank_asks", "test_crashes",
    )
)  # fmt: skip
OPTIONS = ("-q", "-x", "--tb=no", "--no-header", "-p", "no:cacheprovider", "-m", "not postgres")


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("names", nargs="*")
    names = asked.parse_args().names
    chosen = [mutant for mutant in MUTANTS if not names or mutant.name in names]
    for mutant in chosen:
        if mutant.dies_of:
            print(mutant.line(died_in_a_copy(mutant, OPTIONS)), flush=True)
    if forked := [mutant for mutant in chosen if not mutant.dies_of]:
        sys.exit(
            pytest.main(
                [*OPTIONS, "--hypothesis-profile=mutants", *BRIEF, *DIRECT, *DISTURBED],
                plugins=[Play(forked)],
            )
        )


if __name__ == "__main__":
    main()
