"""Two programs to be debugged."""

from __future__ import annotations

from kernel_model.instructions import Program

# Adds the numbers from n down to 1, and ends with the sum as its exit code
SUM = Program(
    "sum",
    """
        lea  r1, n
        load r1, r1, 0
        set  r0, 0
        set  r2, 0
loop:   cmp  r1, r2
        beq  done
        call add
        addi r1, -1
        jmp  loop
done:   sys  1          ; exit(r0)
add:    add  r0, r1
        ret
        .data
n:      .word 4
""",
)

# Counts its signals, and sleeps in between
COUNTS = Program(
    "counts",
    """
        set  r0, 10
        lea  r1, caught
        sys  48         ; signal(SIGUSR1, caught)
        set  r3, 7
wait:   sys  29         ; pause()
        jmp  wait
caught: lea  r2, times
        load r1, r2, 0
        addi r1, 1
        store r1, r2, 0
        rti
        .data
times:  .word 0
""",
)
