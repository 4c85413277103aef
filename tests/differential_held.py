"""What each process of a random scenario has opened, by letters that its steps name it with."""

from kernel_model.scenario.steps import Json

NONE = 999  # stands for a descriptor that a process has not got
LETTERS = "rwqen"  # to read from, to write to; a queue; a semaphore, by its address; a socket
PLACES = {"n": 6}  # of each letter that steps name: two, if nothing else is said


class Held:
    """Descriptors and addresses, the last one first: `$r0` is that, `$r1` the one before it."""

    def __init__(self, procs: list[str]) -> None:
        self.held: dict[str, dict[str, list[int]]] = {
            proc: {letter: [] for letter in LETTERS} for proc in procs
        }

    def named(self, proc: str) -> dict[str, int]:
        """The names of what a process has."""
        return {
            f"{letter}{place}": (self.held[proc][letter] + [NONE] * 6)[place]
            for letter in LETTERS
            for place in range(PLACES.get(letter, 2))
        }

    @property
    def sockets(self) -> bool:
        """Has any process ever got a socket?"""
        return any(held["n"] for held in self.held.values())

    def lacks(self, step: Json) -> bool:
        """Is this a step on a semaphore that its process has not got?"""
        named = self.named(step["proc"])
        return any(arg in ("$e0", "$e1") and named[arg[1:]] == NONE for arg in step["args"]
                   if isinstance(arg, str))  # fmt: skip

    def fork(self, parent: str, child: str) -> None:
        """A child has what its parent has."""
        self.held[child] = {letter: list(held) for letter, held in self.held[parent].items()}

    def note(self, step: Json, outcome: Json) -> None:
        """Keeps what a call gave, and forgets the semaphore that it closed."""
        held, call = self.held[step["proc"]], step["call"]
        if call == "pipe" and "r" in outcome:
            for end in "rw":
                held[end].insert(0, outcome[end])
        elif call == "open" and "ret" in outcome:
            for end, way in (("r", "O_WRONLY"), ("w", "O_RDONLY")):
                if way not in step["args"][1]:
                    held[end].insert(0, outcome["ret"])
        elif call in ("mq_open", "sem_open") and "ret" in outcome:
            held["q" if call == "mq_open" else "e"].insert(0, outcome["ret"])
        elif call in ("socket", "accept") and "ret" in outcome:
            held["n"].insert(0, outcome["ret"])
        elif call == "socketpair" and "0" in outcome:
            held["n"][:0] = [outcome["0"], outcome["1"]]
        elif call == "sem_close" and "ret" in outcome:
            held["e"].pop(int(step["args"][0][-1]))
