import pytest

pytestmark = pytest.mark.e2e


def test_one_build_opens_its_socket_on_whatever_port_it_is_served(serve, page):
    ports = [serve(seeded=False).port for _ in range(2)]

    for port in ports:
        with page.expect_websocket() as opened:
            page.goto(f"http://localhost:{port}/")
        assert opened.value.url.startswith(f"ws://localhost:{port}/_event/")
