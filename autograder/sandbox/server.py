"""The sandbox's server as a clean process: `python -s -S -P -B server.py DESCRIPTOR`.

What it does is in the folder `jail`.
"""

import importlib
import os
import sys

if __name__ == "__main__":
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path.insert(0, here)
    main = importlib.import_module("jail.serve").main
    sys.path.remove(here)
    for name in [name for name in sys.modules if name.partition(".")[0] == "jail"]:
        del sys.modules[name]  # what is inside imports the library and the sandbox's root only
    main(int(sys.argv[1]))
