"""What the System V mechanisms share (kernel_model/ipc.py), and how Linux does it otherwise."""

from typing import Any

import pytest

from kernel_model import (
    IPC_ALLOC,
    IPC_CREAT,
    IPC_EXCL,
    IPC_PRIVATE,
    MSG_R,
    MSG_W,
    Errno,
    IpcPerm,
    Kernel,
    KernelError,
    Process,
    ipcaccess,
    ipcconv,
    ipcfree,
    ipcget,
    ipcid,
    ipcowner,
)
from kernel_model.ipc import INDEX, perm_fields, set_perm

CREATE = IPC_CREAT | 0o600


def booted(personality: str = "classic", uid: int = 0, **limits: int) -> tuple[Kernel, Process]:
    k = Kernel(personality, limits)
    return k, k.spawn("A", uid)


def refused(errno: Errno, call: Any, *args: Any) -> None:
    with pytest.raises(KernelError) as caught:
        call(*args)
    assert caught.value.errno is errno


# ipcget


def test_ipcget_fills_in_the_permission_structure_of_a_new_entry() -> None:
    k, u = booted(uid=1000)
    u.egid = 50

    slot, new = ipcget(u, k.msgque, 7, IPC_CREAT | 0o640)

    assert (slot, new) == (0, True)
    assert k.msgque.entries[0].perm == IpcPerm(IPC_ALLOC | 0o640, 7, 1000, 50, 1000, 50, 0)


def test_ipcget_finds_an_entry_behind_a_free_one_and_leaves_it_alone() -> None:
    k, u = booted()
    for key in (1, 2):
        ipcget(u, k.msgque, key, CREATE)
    ipcfree(k.msgque, k.msgque.entries[0].perm)
    before = repr(k.msgque)

    assert ipcget(u, k.msgque, 2, IPC_CREAT | 0o400) == (1, False)
    assert repr(k.msgque) == before


@pytest.mark.parametrize(
    ("key", "flags", "errno"),
    [
        (1, IPC_CREAT | IPC_EXCL, Errno.EEXIST),
        (1, 0o640, Errno.EACCES),
        (1, IPC_CREAT | 0o001, Errno.EACCES),
        (2, 0o600, Errno.ENOENT),
        (2, IPC_EXCL, Errno.ENOENT),
        (2, IPC_CREAT, Errno.ENOSPC),
        (IPC_PRIVATE, 0, Errno.ENOSPC),
    ],
)
def test_ipcget_fails_and_changes_nothing(key: int, flags: int, errno: Errno) -> None:
    k, u = booted(MSGMNI=1)
    ipcget(u, k.msgque, 1, CREATE)
    before = repr(k.msgque)

    refused(errno, ipcget, u, k.msgque, key, flags)
    assert repr(k.msgque) == before


def test_ipcget_ignores_the_exclusive_flag_alone() -> None:
    k, u = booted()
    ipcget(u, k.msgque, 1, CREATE)

    assert ipcget(u, k.msgque, 1, IPC_EXCL) == (0, False)


def test_a_private_entry_is_always_new() -> None:
    k, u = booted()

    got = [ipcget(u, k.msgque, IPC_PRIVATE, flags) for flags in (0, CREATE, CREATE | IPC_EXCL)]

    assert got == [(0, True), (1, True), (2, True)]


def test_the_classic_ipcget_compares_bits_for_everybody_alike() -> None:
    k, root = booted()
    other = k.spawn("B", 1000)
    ipcget(root, k.msgque, 1, IPC_CREAT | 0o640)

    assert ipcget(other, k.msgque, 1, 0o600) == (0, False)
    refused(Errno.EACCES, ipcget, root, k.msgque, 1, 0o660)


def test_the_ipcget_of_linux_asks_the_caller_s_class() -> None:
    k, root = booted("linux")
    other = k.spawn("B", 1000)
    slot, _ = ipcget(root, k.msgque, 1, IPC_CREAT | 0o640)

    refused(Errno.EACCES, ipcget, other, k.msgque, 1, 0o600)
    assert ipcget(root, k.msgque, 1, 0o660) == (slot, False)
    assert ipcget(other, k.msgque, 1, 0) == (slot, False)


def test_linux_gives_slots_out_in_turn() -> None:
    k, u = booted("linux")

    slots = []
    for _ in range(3):
        slot, _ = ipcget(u, k.msgque, IPC_PRIVATE, 0o600)
        slots.append(slot)
        k.msgque.entries[slot] = k.msgque.make(slot)

    assert slots == [0, 1, 2]


def test_linux_counts_the_sequence_for_the_whole_table() -> None:
    k, u = booted("linux")
    for _ in range(64):
        slot, _ = ipcget(u, k.msgque, IPC_PRIVATE, 0o600)
        k.msgque.entries[slot] = k.msgque.make(slot)

    slot, _ = ipcget(u, k.msgque, IPC_PRIVATE, 0o600)

    assert (slot, ipcid(k.msgque, slot)) == (0, INDEX)


# Descriptors


def test_a_descriptor_is_slot_plus_reuse_count_times_table_size() -> None:
    k, u = booted(MSGMNI=10)
    ipcget(u, k.msgque, 1, CREATE)
    slot, _ = ipcget(u, k.msgque, 2, CREATE)
    for _ in range(3):
        ipcfree(k.msgque, k.msgque.entries[slot].perm)
        ipcget(u, k.msgque, 2, CREATE)

    assert ipcid(k.msgque, slot) == 3 * 10 + 1


def test_ipcconv_gives_the_entry_only_for_the_descriptor_of_now() -> None:
    k, u = booted(MSGMNI=10)
    slot, _ = ipcget(u, k.msgque, 1, CREATE)
    old = ipcid(k.msgque, slot)

    assert ipcconv(u, k.msgque, old) is k.msgque.entries[slot]
    ipcfree(k.msgque, k.msgque.entries[slot].perm)
    refused(Errno.EINVAL, ipcconv, u, k.msgque, old)
    ipcget(u, k.msgque, 1, CREATE)
    refused(Errno.EIDRM, ipcconv, u, k.msgque, old, Errno.EIDRM)
    assert ipcconv(u, k.msgque, ipcid(k.msgque, slot)) is k.msgque.entries[slot]


@pytest.mark.parametrize("descriptor", [-1, -10, 1, 9, 10, 11, 2**31 - 1, 2**40])
def test_ipcconv_refuses_a_descriptor_that_never_was(descriptor: int) -> None:
    k, u = booted(MSGMNI=10)
    ipcget(u, k.msgque, 1, CREATE)

    refused(Errno.EINVAL, ipcconv, u, k.msgque, descriptor)


def test_the_reuse_count_begins_again_before_descriptors_would_overflow() -> None:
    k, _ = booted(MSGMNI=10)
    perm = k.msgque.entries[9].perm
    perm.mode, perm.seq = IPC_ALLOC, (2**31 - 1) // 10 - 2

    seen = []
    for _ in range(2):
        seen.append(ipcid(k.msgque, 9))
        ipcfree(k.msgque, perm)

    assert max(seen) < 2**31
    assert perm.seq == 0


# Permission


@pytest.mark.parametrize(
    ("uid", "gid", "mode", "may_read", "may_write"),
    [
        (1000, 9, 0o600, True, True),  # owner
        (1000, 50, 0o077, False, False),  # the owner's own bits decide, not those of others
        (1001, 9, 0o400, True, False),  # creator
        (7, 50, 0o640, True, False),  # group of the owner
        (7, 51, 0o620, False, True),  # group of the creator
        (7, 50, 0o606, False, False),
        (7, 9, 0o604, True, False),  # others
        (7, 9, 0o660, False, False),
        (0, 9, 0o000, True, True),  # superuser
    ],
)
@pytest.mark.parametrize("personality", ["classic", "linux"])
def test_the_bits_of_the_caller_s_class_decide(
    personality: str, uid: int, gid: int, mode: int, may_read: bool, may_write: bool
) -> None:
    _, u = booted(personality, uid)
    u.egid = gid
    perm = IpcPerm(IPC_ALLOC | mode, 1, 1000, 50, 1001, 51)

    for may, wanted in ((may_read, MSG_R), (may_write, MSG_W)):
        if may:
            ipcaccess(u, perm, wanted)
        else:
            refused(Errno.EACCES, ipcaccess, u, perm, wanted)
    if not (may_read and may_write):
        refused(Errno.EACCES, ipcaccess, u, perm, MSG_R | MSG_W)


@pytest.mark.parametrize(("uid", "owns"), [(0, True), (1000, True), (1001, True), (7, False)])
def test_superuser_owner_and_creator_own_an_entry(uid: int, owns: bool) -> None:
    _, u = booted(uid=uid)
    u.egid = 50
    perm = IpcPerm(IPC_ALLOC | 0o777, 1, 1000, 50, 1001, 50)

    if owns:
        ipcowner(u, perm)
    else:
        refused(Errno.EPERM, ipcowner, u, perm)


def test_set_perm_leaves_what_is_not_named_and_all_but_nine_bits_of_the_mode() -> None:
    perm = IpcPerm(IPC_ALLOC | 0o640, 7, 1, 2, 3, 4, 5)

    set_perm(perm, {})
    assert perm == IpcPerm(IPC_ALLOC | 0o640, 7, 1, 2, 3, 4, 5)
    set_perm(perm, {"uid": 10, "mode": 0o177007})
    assert perm == IpcPerm(IPC_ALLOC | 0o007, 7, 10, 2, 3, 4, 5)


def test_the_fields_of_a_permission_structure_hide_the_mode_s_other_bits() -> None:
    assert perm_fields(IpcPerm(IPC_ALLOC | 0o640, 7, 1, 2, 3, 4, 5)) == {
        "key": 7, "uid": 1, "gid": 2, "cuid": 3, "cgid": 4, "mode": 0o640, "flags": [],
    }  # fmt: skip
