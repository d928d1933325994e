"""No test talks to the network: only this machine answers."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest

OWN_HOSTS = {"127.0.0.1", "::1", "localhost"}


class NetworkUsed(AssertionError):
    """A test tried to reach another machine."""


@pytest.fixture(scope="session", autouse=True)
def only_this_machine() -> Iterator[None]:
    """Refuse connections of the test process to other machines."""
    real_connect = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and address[0] not in OWN_HOSTS:
            raise NetworkUsed(f"A test tried to reach {address[0]}.")
        return real_connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        yield
