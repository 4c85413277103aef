"""What a widget leaves on pages that have no widgets: text, and a picture, beside it."""

from __future__ import annotations

from typing import Any

from kernel_model.view.pictures import Picture


def beside_widget(made: Any, told: dict[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A mime bundle with more in it; `made` is the widget's own, as its library makes it."""
    data, metadata = made if isinstance(made, tuple) else (made, {})
    return {**(data or {}), **told}, metadata


def pictured(widget: object, picture: Picture) -> dict[str, str]:
    """What tells a widget by a picture, and by its words."""
    return {"text/plain": f"{widget!r}\n{picture.words}", "image/svg+xml": str(picture)}
