"""Each mutant still fits the code it was made for; whether a test dies of it is asked by `python -m tests.mutants`."""

import ast

import pytest

from tests.mutants.playing import PACKAGE, mutated
from tests.mutants.table import MUTANTS


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_is_the_code_without_one_guard(mutant):
    ast.parse(mutated(mutant))


def test_names_are_told_apart():
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)


@pytest.mark.parametrize("mutant", [one for one in MUTANTS if one.dies_of], ids=lambda mutant: mutant.name)
def test_the_test_that_finds_it_is_there(mutant):
    file, name = mutant.dies_of.split("::")

    assert f"def {name}(" in (PACKAGE.parent / file).read_text()
