"""A machine's tier is found by trying, named, recorded, and refused when it does not isolate."""

import itertools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.sandbox import NotIsolated, Sandbox, probe, syscalls, tiers
from autograder.sandbox.tiers import MECHANISMS, tier_of
from tests.needs import require


@pytest.fixture(autouse=True)
def try_afresh() -> Iterator[None]:
    """What is known about this machine is forgotten around each test."""
    tiers._probe.cache_clear()
    syscalls.program.cache_clear()
    yield
    tiers._probe.cache_clear()
    syscalls.program.cache_clear()


@pytest.mark.parametrize("held", list(itertools.product([False, True], repeat=len(MECHANISMS))))
def test_isolated_takes_limits_a_filter_and_a_barrier(held: tuple[bool, ...]) -> None:
    mechanisms = dict(zip(MECHANISMS, held, strict=True))
    limited = held[0] and held[1] and held[2]

    assert tier_of(mechanisms, []).isolated is (limited and (held[3] or held[4]))


@pytest.mark.parametrize(
    ("forced", "name", "isolated"),
    [
        ("none", "none", False),
        ("no-seccomp", "partial", False),
        ("no-no_new_privs", "partial", False),
        ("no-rlimits", "partial", False),
        ("no-landlock,no-namespaces", "partial", False),
        ("no-namespaces,no-uid", "landlock", True),
        ("no-landlock", "namespaces", True),
        ("", "full", True),
    ],
)
def test_doing_without_a_mechanism_lowers_the_tier(
    forced: str, name: str, isolated: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    require(probe().name == "full", "; ".join(probe().reasons))
    monkeypatch.setenv(tiers.FORCE, forced)

    tier = probe()

    assert (tier.name, tier.isolated) == (name, isolated)
    assert len(tier.reasons) == list(tier.mechanisms.values()).count(False)


def test_a_word_that_switches_nothing_off_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(tiers.FORCE, "no-secomp")

    with pytest.raises(ValueError, match="'secomp' is none of no_new_privs, rlimits, seccomp"):
        probe()


@pytest.mark.parametrize("forced", ["none", "no-seccomp", "no-landlock,no-namespaces"])
def test_no_sandbox_without_isolation_unless_allowed(
    forced: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "inside.py").write_text("def handle(request): return request\n")
    monkeypatch.setenv(tiers.FORCE, forced)

    with pytest.raises(NotIsolated, match=f"switched off by {tiers.FORCE}.*allow_unisolated=True"):
        Sandbox(tmp_path)
    with pytest.warns(RuntimeWarning, match="NOT ISOLATED"):
        sandbox = Sandbox(tmp_path, allow_unisolated=True)
    with sandbox, sandbox.child() as child:
        assert child.ask([1, None, "two"]) == [1, None, "two"]
        assert sandbox.tier.to_json()["isolated"] is False


def test_a_missing_filter_library_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyseccomp", None)

    assert probe().mechanisms["seccomp"] is False
    with pytest.raises(NotIsolated, match="seccomp: pyseccomp is missing: pip install pyseccomp"):
        Sandbox(tmp_path)


@pytest.mark.parametrize("python", ["/bin/false", "/no/such/python"])
def test_a_python_that_does_not_start_isolates_nothing(
    python: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", python)

    tier = probe()

    assert tier.name == "none"
    assert "did not start" in tier.reasons[0]


GONE_BY_THEN = """
import signal, subprocess, sys
from autograder.sandbox import probe

class Slow(subprocess.Popen):
    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.wait()

subprocess.Popen = Slow
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
sys.executable = "/bin/false"
print(probe().name)
"""


def test_a_server_that_has_gone_ends_nobody_for_whom_broken_pipes_are_deadly() -> None:
    done = subprocess.run([sys.executable, "-c", GONE_BY_THEN], capture_output=True, text=True)

    assert (done.returncode, done.stdout) == (0, "none\n")


def test_the_tier_of_a_root_that_nobody_can_read_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "inside.py").write_text("def handle(request): return request\n")
    tmp_path.chmod(0o700)
    monkeypatch.setenv(tiers.FORCE, "no-namespaces")
    require(probe().isolated, "; ".join(probe().reasons))

    with Sandbox(tmp_path) as sandbox:
        assert sandbox.tier.mechanisms["uid"] is False
        assert "uid: " in "; ".join(sandbox.tier.reasons)
