"""A class with a method for each thing that happens; a scenario is a chain of them."""


class Story:
    """Calls in order, with what is claimed of them; each method gives the story itself."""

    def __init__(self, mode="0o600", **uids):
        self.calls, self.uids = [f"q = A.msgget(1, IPC_CREAT | {mode})"], uids

    def add(self, call, said=None):
        self.calls.append(call if said is None else f"{call} -> {said}")
        return self

    def send(self, kind, text="text", who="A", said=None):
        return self.add(f"{who}.msgsnd(q, {kind}, {text!r})", said)

    def take(self, kind=0, size=9, flags=0, who="A", said=None):
        return self.add(f"{who}.msgrcv(q, {size}, {kind}, {flags})", said)

    def back(self, who, said):
        return self.add(who, said)

    def look(self):
        return self.add("A.msgctl(q, IPC_STAT)")

    def set(self, what):
        return self.add(f"A.msgctl(q, IPC_SET, {what})")

    def told(self):
        return {"calls": self.calls, "uids": self.uids} if self.uids else self.calls


def five():
    story = Story()
    for kind in (4, 3, 3, 8, 1):
        story.send(kind, f"type {kind}")
    return story


def break_msgrcv():
    stories = [
        five().take(3, said="'type 3'").look().take(-7, said="'type 1'").take(-7, said="'type 3'")
        .take(-7).look().take(-7, flags="IPC_NOWAIT", said="ENOMSG").take(said="'type 8'").look()
        .send(2, "b").take(2).look(),
        five().take(1).send(6, "late").take(said="'type 4'").take(9, flags="IPC_NOWAIT")
        .take(8).take(-3).take(-2, flags="IPC_NOWAIT").take(-6).take().look(),
        Story().send(70000, "far").take(4464, flags="IPC_NOWAIT").take(-69999, flags="IPC_NOWAIT")
        .take(-70000, said="'far'"),
        Story().send(2, "long one").send(1, "").take(size=7, said="E2BIG").look()
        .take(2, size=3, flags="MSG_NOERROR", said="'lon'").look().take(size=0, said="0").look(),
        Story().send(1, "four").take(size=-1, said="EINVAL").take(size=4, said="4")
        .send(1, "four").take(size=9000, said="4").take(flags="IPC_NOWAIT", said="ENOMSG"),
        Story().send(1).add("A.msgrcv(q, 9, 0, 0, None)", "EFAULT").look().take(said="'text'"),
        Story().send(1, "a").send(2, "longer").take(2, 3, said="E2BIG").send(3, "c").take().look()
        .add("A.msgrcv(q, 9, 3, 0, None)", "EFAULT").send(4, "d").take().look().take().take()
        .look().take(flags="IPC_NOWAIT", said="ENOMSG"),
        Story().take(2, who="B", said="sleeps").take(who="C", said="sleeps").send(5, "five")
        .back("C", "'five'").back("B", "sleeps").send(2, "two").back("B", "'two'").look(),
        Story().take(who="B", said="sleeps").add("A.msgctl(q, IPC_RMID)").back("B", "EIDRM"),
        Story().add("B.signal('SIGUSR1', 'catch')").take(who="B", said="sleeps")
        .add("A.kill(B.pid, 'SIGUSR1')").back("B", "EINTR").send(1).take(who="B", said="'text'"),
        Story().take(size=2, who="B").send(3).back("B", "E2BIG").look()
        .take(-2, 2, "MSG_NOERROR", "B").send(2).back("B", "'te'").look(),
        Story().set("{'qbytes': 6}").send(1, "sixsix").send(1, "b", "B", "sleeps")
        .send(2, "c", "C", "sleeps").take(size=1, flags="MSG_NOERROR").back("B", "0")
        .back("C", "0").look(),
        Story("0o640", A=1000, B=1001, R=0).send(1).send(1).take(who="B", said="EACCES")
        .take(7, who="B", said="EACCES")
        .set("{'mode': 0o604}").take(who="B", said="4").take(who="R", said="4"),
        Story("0o600", A=1000, B=1001, C=1002).send(1).send(1).set("{'uid': 1001}")
        .take(said="4").take(who="B", said="4").take(who="C", said="EACCES"),
        Story("0o200", A=1000, R=0).send(1).take(said="EACCES").take(who="R", said="4"),
        Story().send(1).add("A.msgctl(q, IPC_RMID)").add("p = A.msgget(1, IPC_CREAT | 0o600)")
        .add("A.msgsnd(p, 1, 'x')").take(said="EINVAL").add("A.msgrcv(0, 9, 0)", "EINVAL"),
    ]  # fmt: skip
    return [story.told() for story in stories]
