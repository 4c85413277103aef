"""The figure of copy-or-map: a panel for each use, time of a message over its size."""

from typing import Any

from autograder.measure.result import BEST, Crossover, Measured, in_units
from kernel_model.view import Picture, chart

TITLES = {
    "many": "Set up once, used many times",
    "once": "Set up for one message",
    "fresh": "Set up for one message, with new private memory",
}
# Okabe and Ito's colours; a sign and a kind of line each, for who does not see them
MARKS = {
    "pipe": ("#E69F00", "o", "-"),
    "message queue": ("#D55E00", "s", "-"),
    "socket": ("#009E73", "^", "-"),
    "shared memory": ("#0072B2", "D", "-"),
    "shared memory, copied in": ("#0072B2", "d", "--"),
}
ACROSS = 2  # panels beside each other
TICKS = tuple(1 << n for n in range(6, 31, 4))
TIMES = {1e-6: "1 µs", 1e-5: "10 µs", 1e-4: "100 µs", 1e-3: "1 ms", 1e-2: "10 ms", 1e-1: "100 ms"}


def draw(run: Measured) -> Any:
    """Every use that was measured, as a matplotlib figure."""
    from matplotlib.figure import Figure  # only where a figure is drawn

    uses = run.uses()
    columns, lines = min(len(uses), ACROSS), -(-len(uses) // ACROSS)
    figure = Figure(figsize=(4.6 * columns + 0.4, 3.9 * lines + 0.7), layout="constrained")
    panels = list(figure.subplots(lines, columns, sharey=True, squeeze=False).flat)
    for axes, use in zip(panels, uses, strict=False):
        panel(axes, run, use)
    for axes in panels[len(uses) :]:
        axes.remove()
    for axes in panels[::ACROSS]:
        axes.set_ylabel("time of a message")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, ncols=5, loc="outside lower center", frameon=False)
    figure.suptitle(f"Copy or map: {run.about.get('processes', 'two processes')}", x=0.02,
                    ha="left", weight="bold")  # fmt: skip
    return figure


def panel(axes: Any, run: Measured, use: str) -> None:
    """One use: a line for each way, the middle half of the repeats around it, the crossover."""
    for way, (colour, sign, line) in MARKS.items():
        rows = sorted((r for r in run.rows if (r.use, r.way) == (use, way)), key=lambda r: r.size)
        if not rows:
            continue
        sizes = [row.size for row in rows]
        axes.plot(sizes, [row.seconds for row in rows], color=colour, marker=sign, markersize=4,
                  linestyle=line, linewidth=1.4, label=way)  # fmt: skip
        axes.fill_between(sizes, [row.low for row in rows], [row.high for row in rows],
                          color=colour, alpha=0.18, linewidth=0)  # fmt: skip
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.set_title(TITLES[use], loc="left", fontsize=10.5)
    axes.set_xlabel("bytes in a message")
    ticks = [tick for tick in TICKS if run.sizes()[0] <= tick <= run.sizes()[-1]]
    axes.set_xticks(ticks, [in_units(tick).replace(" bytes", "") for tick in ticks])
    axes.set_yticks(list(TIMES), list(TIMES.values()))
    axes.minorticks_off()
    axes.grid(linewidth=0.7)
    axes.set_axisbelow(True)
    axes.margins(x=0.02)
    mark(axes, told(run, use))


def mark(axes: Any, found: Crossover) -> None:
    """Where shared memory becomes the cheaper one, as a line with words."""
    box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 2}
    if found.size is not None and found.size > found.smallest:
        axes.axvline(found.size, color="black", linestyle=(0, (4, 3)), linewidth=1.1)
    axes.text(0.03, 0.97, f"shared memory: {found}\n(against {found.copy})",
              transform=axes.transAxes, va="top", fontsize=9, bbox=box)  # fmt: skip


def told(run: Measured, use: str) -> Crossover:
    """The crossover that a panel tells of: memory produced in place against the best copy."""
    wanted = (use, "shared memory", BEST)
    return next(c for c in run.crossovers() if (c.use, c.mapping, c.copy) == wanted)


def words(run: Measured) -> str:
    """The figure in words, for whoever does not see it."""
    return " ".join(f"{TITLES[use]}: shared memory is against {BEST}: {told(run, use)}."
                    for use in run.uses())  # fmt: skip


def svg(run: Measured) -> Picture:
    """The figure as one svg element, with its words; the same run gives the same bytes."""
    return chart(draw(run), words(run))
