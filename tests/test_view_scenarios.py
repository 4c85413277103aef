"""Any scenario can be played: its pictures are whole, and its steps fit together."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from kernel_model.scenario import Scenario, for_side, load
from kernel_model.view.player.pack import payload
from kernel_model.view.player.recording import STEPS, record
from kernel_model.view.player.snapshot import snapshot_of
from kernel_model.view.player.story import story_of

FILES = sorted((Path(__file__).parent / "scenarios").glob("messages_*.json"))
SCENARIOS = [one for file in FILES for one in load(file)][::8]  # enough of each kind


@pytest.mark.parametrize("personality", ["classic", "linux"])
@pytest.mark.parametrize("scenario", SCENARIOS, ids=[one.id for one in SCENARIOS])
def test_a_scenario_can_be_played_whole(scenario: Scenario, personality: str) -> None:
    if not for_side(scenario.scope, personality):
        with pytest.raises(ValueError, match="cannot be played"):
            record(scenario, personality=personality)
        return
    made = record(scenario, personality=personality)
    story = story_of(made.trace, made.title, made.note)
    data = payload(story.title, [story], [""])
    drawn = {number for column in data["sides"][0]["pictures"] for number in column}

    assert made.note == "" or f"after {STEPS} steps" in made.note
    for number in drawn:
        root = ET.fromstring(data["strings"][number])
        keys = [one.get("data-key") for one in root.iter() if one.get("data-key")]
        assert len(keys) == len(set(keys))
    cells = {cell for number in drawn for cell in _cells(data["strings"][number])}
    for number in set(data["sides"][0]["new"]):
        assert set(json.loads(data["strings"][number])[0]) <= cells
    ET.fromstring(snapshot_of(story.title, [story], [""], (len(story.steps) // 2,)))


def _cells(fragment: str) -> set[str]:
    found = (one.get("data-cell") for one in ET.fromstring(fragment).iter())
    return {cell for cell in found if cell}
