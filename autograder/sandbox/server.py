"""The sandbox's server, run clean: `python -I -S -B server.py DESCRIPTOR`. Its work is in the folder `jail`."""

import importlib
import os
import sys

if __name__ == "__main__":
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path.insert(0, here)
    main = importlib.import_module("jail.serve").main
    sys.path.remove(here)
    for name in [name for name in sys.modules if name.partition(".")[0] == "jail"]:
        del sys.modules[name]  # what code inside can import is the library and the sandbox's root
    main(int(sys.argv[1]))
