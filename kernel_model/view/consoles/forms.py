"""The form of a call: its arguments as fields to fill in (`filled.py` reads them again).

A field is plain JSON that the page draws; its kind says how.

    key      {"number": 7} or {"private": true}      id     a result kept before, or a number
    flags    names to tick                           mode   nine permission bits, in octal or boxes
    number   an integer, 0o octal or a name          text   text, so many times; or a bad address
    choice   one of several                          set    fields of IPC_SET, each may stay empty
    signals  signals to tick                         addr   an address kept before, and so far after
    json     what has no form of its own: as a scenario writes it
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kernel_model.constants import SIGNALS
from kernel_model.kernel import Kernel
from kernel_model.scenario.calls import PAIRS, Kind, form
from kernel_model.view.consoles.helps import CALLS, CHOICES, FIELDS, FLAGS, SETTABLE
from kernel_model.view.consoles.people import Person
from kernel_model.view.consoles.words import ADDRESSES, DESCRIPTORS

Json = dict[str, Any]
SIGNALS_FIRST = ("SIGUSR1", "SIGINT", "SIGTERM", "SIGKILL", "SIGSTOP", "SIGCONT")
SIGNALS_ALL = (*SIGNALS_FIRST, *(name for name in SIGNALS if name not in SIGNALS_FIRST))


# Kinds that are JSON where no help says more
OTHERS = (Kind.OPS, Kind.OPTION, Kind.ARGUMENT, Kind.SETTING)


def fields_of(
    call: str,
    personality: str,
    saved: Mapping[str, str],
    people: Iterable[Person],
    owners: Mapping[str, str] | None = None,
) -> list[Json]:
    """The fields of a call, in the order of its arguments.

    saved   which call gave each result that was kept, by its name
    owners  who made that call: a descriptor means something to this process, and its children
    """
    takes = form(call)
    made = []
    for place, name in enumerate(takes.names):
        field = field_of(call, name, personality)
        if field["kind"] in ("id", "addr"):
            fitting = kept_for(call, name, field["kind"], saved)
            whose = owners if owners and name in ("fd", "newfd") else {}
            field["choices"] = [
                {"value": f"${kept}", "label": _owned(kept, whose)} for kept in fitting
            ]
        if field["kind"] == "pid":
            field["choices"] = [_pid(one) for one in people if one.state != "ended"]
            field["choices"] += [{"value": "-1", "label": "-1: all it may signal or wait for"}]
        field["optional"] = place >= takes.least
        made.append(field)
    return made


def _owned(kept: str, owners: Mapping[str, str]) -> str:
    who = owners.get(kept.partition(".")[0])
    return f"{kept} ({who})" if who else kept


def kept_for(call: str, name: str, kind: str, saved: Mapping[str, str]) -> list[str]:
    """Names of the results that an argument may be: of a pipe, each of its two ends."""
    if name == "mqd":
        return [kept for kept, maker in saved.items() if maker in ("mq_open", "dup")]
    if name not in ("fd", "newfd"):
        makers = ADDRESSES if kind == "addr" else (f"{call[:3]}get",)
        return [kept for kept, maker in saved.items() if maker in makers]
    return [
        f"{kept}.{half}" if half else kept
        for kept, maker in saved.items()
        if maker in DESCRIPTORS
        for half in PAIRS.get(maker, ("",))
    ]


def _pid(person: Person) -> Json:
    return {"value": person.name, "label": f"{person.name} (pid {person.pid})"}


def field_of(call: str, name: str, personality: str) -> Json:
    """One field: its kind, words, what may be chosen, and what it holds at first."""
    told = FIELDS.get((call, name)) or FIELDS.get(("", name)) or {}
    takes = form(call)
    if not told and takes.kinds[takes.names.index(name)] in OTHERS:
        told = {"kind": "json", "help": "as a scenario writes it, in JSON"}
    field: Json = {"name": name, "label": told.get("label", name), "help": told.get("help", ""),
                   "kind": told.get("kind", "number"), "value": told.get("value", "")}  # fmt: skip
    if field["kind"] == "flags":
        field["choices"] = [
            {"value": flag, "label": flag, "help": words}
            for flag, words, where in FLAGS.get(call, ())
            if where in ("", personality)
        ]
    elif field["kind"] == "choice":
        field["choices"] = [
            {"value": value, "label": f"{value}: {words}" if words else value}
            for value, words, where in CHOICES[call if (call in CHOICES) else name]
            if where in ("", personality)
        ]
    elif field["kind"] in ("signal", "signals"):
        field["choices"] = [{"value": one, "label": one} for one in SIGNALS_ALL]
    elif field["kind"] == "set":
        field["parts"] = [one for one in SETTABLE if call == "msgctl" or one != "qbytes"]
    if "when" in told:
        field["when"] = told["when"]
    if name == "flags" and call in ("msgget", "semget", "shmget"):
        field["mode"] = "0600"
    return field


def about(call: str, kernel: Kernel) -> str:
    """What a call does, in a short sentence."""
    told = (kernel.sysent[call].__doc__ or "").strip().splitlines()
    return CALLS.get(call) or (told[0] if told else "")
