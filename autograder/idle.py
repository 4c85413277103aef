"""Stand-ins in the sandbox for what a notebook uses beside its functions: they do nothing."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import types
from collections.abc import Iterator, Sequence
from typing import Any

# What a notebook may import for its pictures; here it does nothing.
IDLE = {"autograder", "IPython", "ipywidgets", "anywidget", "matplotlib", "numpy", "nbgrader"}


class Nothing:
    """Stands in for check, hint, widgets and plots: takes anything, does nothing."""

    def __call__(self, *args: Any, **named: Any) -> Nothing:
        return self

    def __getattr__(self, name: str) -> Nothing:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __getitem__(self, key: Any) -> Nothing:
        return self

    def __iter__(self) -> Iterator[Nothing]:
        return iter(())

    def __enter__(self) -> Nothing:
        return self

    def __exit__(self, *args: object) -> None:
        return None


class IdleModule(types.ModuleType):
    """A module every name of which does nothing."""

    def __getattr__(self, name: str) -> Nothing:
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing()


class IdleFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the idle modules, whatever is below them."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name.split(".")[0] in IDLE or name.startswith("kernel_model.view"):
            return importlib.util.spec_from_loader(name, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return IdleModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        return None
