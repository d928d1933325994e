"""Tell another process where it dies, and see how far it has come."""

from dataclasses import dataclass
from pathlib import Path

from tests.harness.waiting import until
from ticketapp.integrations.failpoints import PASSED

SECONDS_TO_REACH = 60


@dataclass(frozen=True)
class Points:
    """The folder that a process was given as TICKETAPP_FAILPOINTS."""

    folder: Path

    def arm(self, name: str, order: str) -> None:
        """Let something happen at a failpoint; what was passed before is forgotten."""
        self.folder.mkdir(exist_ok=True)
        (self.folder / PASSED).write_text("")
        (self.folder / name).write_text(order)

    def disarm(self, *names: str) -> None:
        """Let nothing happen at these failpoints any more; without names at none."""
        for file in [self.folder / name for name in names] or list(self.folder.iterdir()):
            file.unlink(missing_ok=True)

    def passed(self) -> list[str]:
        """Tell what was passed since something was last armed."""
        try:
            return (self.folder / PASSED).read_text().split()
        except FileNotFoundError:
            return []

    def wait_for(self, name: str) -> None:
        """Wait until a failpoint is reached."""
        until(lambda: name in self.passed(), within_s=SECONDS_TO_REACH, what=f"{name} is reached")
