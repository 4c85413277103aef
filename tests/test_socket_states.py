"""Every call of sockets in every state, on the model and on this machine."""

import pytest

from kernel_model.targets import Skip
from kernel_model.targets.linux import LinuxTarget
from tests.differential_sockets import THEMES
from tests.needs import require
from tests.socket_states import CALLS, STATES, cases, differences

SHARE = len(THEMES)  # of the cases of a theme; `python -m tests.socket_states` looks at all


@pytest.mark.parametrize("theme", sorted(THEMES))
def test_a_call_in_any_state_of_a_socket_gives_what_linux_gives(theme: str) -> None:
    linux = LinuxTarget("namespace")
    try:
        found = differences(theme, linux, cases(theme, share=SHARE))
    except Skip as skip:
        require(False, str(skip))
    finally:
        linux.close()

    assert found == []


def test_every_call_is_made_in_every_state_by_one_of_the_kinds() -> None:
    made = {case for theme in THEMES for case in cases(theme, share=SHARE)}

    assert made >= {(state, call) for state in STATES if state != "full" for call in CALLS}
