"""How well this machine isolates: every mechanism is tried, and a poor outcome is refused."""

from __future__ import annotations

import functools
import os
import tempfile
from dataclasses import asdict, dataclass, field

from . import launch, syscalls
from .errors import NotIsolated, SandboxLost

MECHANISMS = ("no_new_privs", "rlimits", "seccomp", "landlock", "namespaces", "uid")
FORCE = "KERNELBOOK_SANDBOX"  # for tests: "none", or what to do without: "no-namespaces,no-uid"


@dataclass(frozen=True)
class Tier:
    """What shuts a submission in.

    full         system-call filter, Landlock and namespaces
    landlock     the same without namespaces
    namespaces   the same without Landlock
    partial      some mechanisms, too few to call it isolated
    none         nothing
    """

    name: str
    mechanisms: dict[str, bool]
    isolated: bool
    reasons: list[str] = field(default_factory=list)  # why each mechanism is missing that is

    def to_json(self) -> dict[str, object]:
        return asdict(self)

    def without(self, mechanism: str, why: str) -> Tier:
        """This tier once one more mechanism turned out to be missing."""
        mechanisms = self.mechanisms | {mechanism: False}
        return tier_of(mechanisms, [*self.reasons, f"{mechanism}: {why}"])

    def require_isolated(self) -> None:
        """NotIsolated, with what to do about it, unless this tier will do for official grades."""
        if not self.isolated:
            raise NotIsolated(
                f"This machine cannot isolate student code (tier {self.name!r}), so nothing was "
                f"run. Missing: {'; '.join(self.reasons)}. Grading needs no_new_privs, rlimits, "
                "seccomp, and Landlock or namespaces: install the packages libseccomp2 and "
                "pyseccomp, use Linux 5.13 or later, and switch Landlock on or allow user "
                "namespaces. For a demonstration with code that you trust, say so: "
                "allow_unisolated=True."
            )


def tier_of(mechanisms: dict[str, bool], reasons: list[str]) -> Tier:
    """Isolated means limits, a system-call filter and at least one barrier around the files."""
    files = mechanisms["landlock"] or mechanisms["namespaces"]
    isolated = all(mechanisms[name] for name in ("no_new_privs", "rlimits", "seccomp")) and files
    if not any(mechanisms.values()):
        name = "none"
    elif not isolated:
        name = "partial"
    elif mechanisms["landlock"] and mechanisms["namespaces"]:
        name = "full"
    else:
        name = "landlock" if mechanisms["landlock"] else "namespaces"
    return Tier(name, mechanisms, isolated, reasons)


def probe() -> Tier:
    """Tries each mechanism in a throw-away process, once, and says what holds."""
    return _probe(os.environ.get(FORCE, ""))


@functools.cache
def _probe(forced: str) -> Tier:
    missing = dict.fromkeys(_without(forced), f"switched off by {FORCE}={forced}")
    program = b""
    if "seccomp" not in missing:
        try:
            program = syscalls.program()
        except (syscalls.NoFilter, OSError) as error:
            missing["seccomp"] = str(error)
    missing |= _try([name for name in MECHANISMS if name not in missing], program)
    return tier_of(
        {name: name not in missing for name in MECHANISMS},
        [f"{name}: {missing[name]}" for name in MECHANISMS if name in missing],
    )


def _without(forced: str) -> list[str]:
    if forced == "none":
        return list(MECHANISMS)
    names = [word.strip().removeprefix("no-") for word in forced.split(",") if word.strip()]
    for name in names:
        if name not in MECHANISMS:
            raise ValueError(
                f"{FORCE}={forced!r}: {name!r} is none of {', '.join(MECHANISMS)}; "
                "write 'none' or a list like 'no-namespaces,no-uid'"
            )
    return names


def _try(wanted: list[str], program: bytes) -> dict[str, str]:
    """Why each of the wanted mechanisms does not hold, for those that do not."""
    if not wanted:
        return {}
    with tempfile.TemporaryDirectory(prefix="kernelbook-probe-") as root:
        os.chmod(root, 0o755)
        config = {
            "task": "trial",
            "root": root,
            "mechanisms": wanted,
            "filter": launch.text_of(program),
        }
        try:
            server, reply = launch.start(config)
        except SandboxLost as error:
            return dict.fromkeys(wanted, str(error))
        launch.stop(server)
    return {name: why for name, why in reply["results"].items() if why}
