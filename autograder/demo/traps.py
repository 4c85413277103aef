"""What would show that an attack of the demonstration gained something."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ORPHAN = "kb-orphan"  # the name that a process left behind gives itself


@dataclass(slots=True)
class Traps:
    """The places that attacks aim at, watched from outside."""

    loot: Path  # a folder; an attack that gets something writes it there, under its own name
    gradebook: Path
    submitted: Path
    server: socket.socket  # nobody has any business with it

    def places(self) -> dict[str, str]:
        """What attacks are told, by the names that stand in their sources."""
        return {
            "loot": str(self.loot),
            "gradebook": str(self.gradebook),
            "submitted": str(self.submitted),
            "port": str(self.server.getsockname()[1]),
            "orphan": ORPHAN,
        }

    def calls(self) -> int:
        """How many have called the server since the last time."""
        count = 0
        while True:
            try:
                self.server.accept()[0].close()
            except BlockingIOError:
                return count
            count += 1

    def gained(self, attack: str) -> list[str]:
        """What this attack got, besides points."""
        found = []
        if (self.loot / attack).exists():
            found.append("left its mark: " + (self.loot / attack).read_text(errors="replace")[:200])
        if attack == "phone_home" and (calls := self.calls()):
            found.append(f"reached the server {calls} times")
        if attack == "fork_without_end" and (left := orphans()):
            found.append(f"left {len(left)} processes")
        return found


@contextmanager
def watched(loot: Path, gradebook: Path, submitted: Path) -> Iterator[Traps]:
    """Traps with an empty folder for loot and a server that counts who calls."""
    loot.mkdir(parents=True, exist_ok=True)
    loot.chmod(0o777)  # open to all: only the sandbox keeps an attack from writing here
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)  # callers wait in its queue until somebody counts them
        yield Traps(loot, gradebook, submitted, server)


def orphans() -> list[int]:
    """Processes that an attack left behind."""
    found = []
    for name in Path("/proc").glob("[0-9]*/comm"):
        try:
            if name.read_text().strip() == ORPHAN:
                found.append(int(name.parent.name))
        except OSError:
            continue  # it has just ended
    return found
