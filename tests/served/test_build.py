import json

import pytest

from ticketapp.cli import frontend

pytestmark = pytest.mark.served


def test_a_build_is_kept_until_something_changes(built_frontend):
    built_at = frontend.STAMP.stat().st_mtime_ns

    frontend.ensure_built()

    assert frontend.STAMP.stat().st_mtime_ns == built_at


def test_the_bundle_names_no_port_of_its_own(built_frontend):
    bundle = "".join(file.read_text() for file in frontend.CLIENT.rglob("*.js"))

    # The browser replaces host and port by those of the page it is on.
    assert bundle.count(".port=window.location.port") == 1


def test_a_lock_that_a_stopped_build_left_behind_is_put_in_order_and_nothing_is_built(built_frontend):
    built_at, kept = frontend.STAMP.stat().st_mtime_ns, frontend.PACKAGE.read_text()
    with frontend._only_one_builder():
        frontend.PACKAGE.write_text(json.dumps(json.loads(kept)))

    frontend.ensure_built()

    assert frontend.PACKAGE.read_text() == kept
    assert frontend.STAMP.stat().st_mtime_ns == built_at
