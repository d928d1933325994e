"""Every file keeps the house rules, and every rule catches what breaks it."""

from pathlib import Path

import pytest

from tests.architecture import rules

ROOT = Path(__file__).parents[2]
APP = ROOT / "ticketapp"
PAGE_LINES_MAX = 80
# Posters are drawings, and a letter's reader knows no style sheets.
DRAWINGS = {"core/poster.py"}
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "misc"}

APP_FILES = sorted(APP.rglob("*.py"))
STATE_FILES = sorted([*(APP / "state").glob("*.py"), *(APP / "live").glob("*.py")])
MONEY_FILES = [file for file in APP_FILES if {"core", "models", "services"} & set(file.parts)]
TEST_FILES = sorted((ROOT / "tests").rglob("*.py"))
REVISIONS = sorted((ROOT / "alembic" / "versions").glob("*.py"))


def kept_by(files: list[Path], rule: rules.Rule, *, except_for: set[str] = frozenset()) -> None:
    broken = {
        str(file.relative_to(ROOT)): found
        for file in files
        if str(file.relative_to(APP if file.is_relative_to(APP) else ROOT)) not in except_for
        and (found := rule(file.read_text()))
    }
    assert broken == {}, rule.__doc__


def test_only_the_runtime_ends_transactions():
    kept_by(APP_FILES, rules.ended_transactions, except_for={"runtime.py"})


def test_every_public_method_of_a_state_is_a_declared_event():
    kept_by(STATE_FILES, rules.undeclared_events)


def test_every_state_says_who_may_call_it():
    kept_by(STATE_FILES, rules.states_without_role)


def test_handlers_are_short():
    kept_by(STATE_FILES, rules.long_handlers)


def test_functions_are_short():
    kept_by([*APP_FILES, *TEST_FILES], rules.long_functions)


def test_files_are_short():
    kept_by([*APP_FILES, *TEST_FILES], rules.long_files)


def test_pages_are_short():
    lengths = {page.name: len(page.read_text().splitlines()) for page in (APP / "pages").glob("*.py")}
    assert {name: lines for name, lines in lengths.items() if lines > PAGE_LINES_MAX} == {}


def test_colours_are_tokens():
    kept_by(APP_FILES, rules.hex_colours, except_for=DRAWINGS)


def test_money_never_floats():
    kept_by(MONEY_FILES, rules.floating_money)


def test_a_status_changes_only_by_a_legal_move():
    kept_by(MONEY_FILES, rules.assigned_statuses)


def test_no_test_is_skipped_or_sleeps():
    kept_by(TEST_FILES, rules.skipped_or_sleeping_tests, except_for={"tests/harness/waiting.py"})


def test_islands_are_found_without_a_search():
    kept_by(APP_FILES, rules.searched_assets)


def test_migrations_import_nothing_of_the_app():
    kept_by(REVISIONS, rules.app_imports)


def test_nothing_unfinished_is_left_in_the_code():
    kept_by([*APP_FILES, *TEST_FILES, *REVISIONS], rules.unfinished_words)


def test_every_module_has_a_telling_name():
    assert [file for file in APP_FILES if {file.stem, *file.parts} & VAGUE_NAMES] == []


def test_the_folder_of_migrations_does_not_hide_the_library():
    assert not (ROOT / "alembic" / "__init__.py").exists()


@pytest.mark.parametrize(
    ("rule", "breach"),
    [
        (rules.ended_transactions, "session.commit()"),
        (rules.undeclared_events, "class CartState(rx.State):\n    def refund(self): ..."),
        (rules.states_without_role, "class CartState(ServiceCalls, rx.State):\n    lines: list[str] = []"),
        (rules.long_handlers, "class CartState(rx.State):\n    def hold(self):\n" + "        pass\n" * 30),
        (rules.long_functions, "def endless():\n" + "    pass\n" * 60),
        (rules.long_files, "pass\n" * 401),
        (rules.hex_colours, "style = 'color: #c0ffee'"),
        (rules.floating_money, "half = price_minor / 2"),
        (rules.floating_money, "shown = float(total)"),
        (rules.floating_money, "class Fee:\n    fee_minor: float"),
        (rules.assigned_statuses, "order.status = OrderStatus.PAID"),
        (rules.skipped_or_sleeping_tests, "import time\ntime.sleep(1)"),
        (rules.skipped_or_sleeping_tests, "@pytest.mark.skip\ndef test_it(): ..."),
        (rules.searched_assets, "rx.asset('dialog.jsx', shared=True)"),
        (rules.app_imports, "from ticketapp.models import Order"),
        (rules.unfinished_words, "pass  # TO" + "DO later"),
    ],
    ids=lambda value: value.__name__ if callable(value) else None,
)
def test_a_rule_catches_what_breaks_it(rule, breach):
    assert len(rule(breach)) == 1


@pytest.mark.parametrize(
    ("rule", "honest"),
    [
        (rules.undeclared_events, "class CartState(rx.State):\n    @rx.event\n    async def hold(self): ..."),
        (rules.states_without_role, "class Calls(rx.State, mixin=True): ..."),
        (rules.states_without_role, "class CartState(rx.State):\n    REQUIRED_ROLE: ClassVar[str] = 'fan'"),
        (rules.assigned_statuses, "def move_to(self, status):\n    self.status = status"),
        (rules.floating_money, "seconds = elapsed / 2"),
    ],
    ids=lambda value: value.__name__ if callable(value) else None,
)
def test_a_rule_lets_honest_code_pass(rule, honest):
    assert rule(honest) == []
