"""The trace player: a run is drawn once, here, and moved through in the page."""
