"""Between user and kernel (kernel_model/user.py)."""

import pytest

from kernel_model import USER_BUFFER, Kernel, copyin, copyout


def test_copyin_gives_a_copy_of_a_dict() -> None:
    u = Kernel("classic").spawn("A")
    given = {"mode": 0o600}

    copied = copyin(u, given)
    copied["mode"] = 0

    assert given == {"mode": 0o600}


def test_copyout_wants_bytes_for_a_text() -> None:
    u = Kernel("classic").spawn("A")

    with pytest.raises(TypeError, match="copyout takes data as bytes, and got the str 'abc'"):
        copyout(u, USER_BUFFER, mtype=1, data="abc")

    assert u.out == {}
