"""How well this machine can isolate: every mechanism tried, the outcome written down, official grades refused if poor."""

from __future__ import annotations

import functools
import os
import tempfile
from dataclasses import asdict, dataclass, field

from . import launch, syscalls
from .errors import NotIsolated, SandboxLost

MECHANISMS = ("no_new_privs", "rlimits", "seccomp", "landlock", "namespaces", "uid")
FORCE = "KERNELBOOK_SANDBOX"  # "none", or names to do without: "no-namespaces,no-uid"


@dataclass(frozen=True)
class Tier:
    """What shuts a submission in.

    full         every mechanism that this user can have
    landlock     no namespaces
    namespaces   no Landlock
    partial      some, but not enough to call it isolated
    none         nothing
    """

    name: str
    mechanisms: dict[str, bool]
    isolated: bool
    reasons: list[str] = field(default_factory=list)  # why each missing mechanism is missing

    def to_json(self) -> dict[str, object]:
        return asdict(self)

    def require_isolated(self) -> None:
        """NotIsolated, with what to do about it, unless this tier will do for official grades."""
        if not self.isolated:
            raise NotIsolated(
                f"This machine cannot isolate student code (tier {self.name!r}), so nothing was run. Missing: "
                f"{'; '.join(self.reasons)}. Grading needs no_new_privs, rlimits, seccomp, and Landlock or "
                "namespaces: Linux 5.13 or later with Landlock switched on, or user namespaces allowed, and the "
                "packages libseccomp2 and pyseccomp. For a demonstration with code you trust, allow it explicitly "
                "(allow_unisolated=True)."
            )


def tier_of(mechanisms: dict[str, bool], reasons: list[str]) -> Tier:
    """Names the tier. `isolated` asks for limits, a system-call filter and one barrier around the files."""
    has = mechanisms.get
    barrier = has("landlock") or has("namespaces")
    isolated = bool(has("no_new_privs") and has("rlimits") and has("seccomp") and barrier)
    if not any(mechanisms.values()):
        name = "none"
    elif not isolated:
        name = "partial"
    elif not has("namespaces"):
        name = "landlock"
    elif not has("landlock"):
        name = "namespaces"
    else:
        name = "full"
    return Tier(name, mechanisms, isolated, reasons)


def probe() -> Tier:
    """Tries each mechanism in a throw-away process and says what holds. Done once a process."""
    return _probe(os.environ.get(FORCE, ""))


@functools.cache
def _probe(forced: str) -> Tier:
    refused = dict.fromkeys(_without(forced), f"switched off by {FORCE}={forced}")
    program = b""
    if "seccomp" not in refused:
        try:
            program = syscalls.program()
        except (syscalls.NoFilter, OSError) as error:
            refused["seccomp"] = str(error)
    wanted = [name for name in MECHANISMS if name not in refused]
    refused |= _try(wanted, program)
    return tier_of(
        {name: name not in refused for name in MECHANISMS},
        [f"{name}: {refused[name]}" for name in MECHANISMS if name in refused],
    )


def _without(forced: str) -> list[str]:
    if forced == "none":
        return list(MECHANISMS)
    names = [word.strip().removeprefix("no-") for word in forced.split(",") if word.strip()]
    unknown = [name for name in names if name not in MECHANISMS]
    if unknown:
        raise ValueError(
            f"{FORCE}={forced!r}: {unknown[0]!r} is none of {', '.join(MECHANISMS)}; "
            "write 'none' or a list like 'no-namespaces,no-uid'"
        )
    return names


def _try(wanted: list[str], program: bytes) -> dict[str, str]:
    """Why each of the wanted mechanisms does not hold, for those that do not."""
    if not wanted:
        return {}
    with tempfile.TemporaryDirectory(prefix="kernelbook-probe-") as root:
        config = {
            "task": "trial",
            "mechanisms": wanted,
            "root": root,
            "filter": launch.text_of(program),
        }
        try:
            process, control, reply = launch.start(config)
        except SandboxLost as error:
            return dict.fromkeys(wanted, str(error))
        launch.stop(process, control)
    return {name: why for name, why in reply["results"].items() if why}
