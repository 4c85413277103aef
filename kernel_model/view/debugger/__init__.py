"""The debugger as a page: what it knows, what the kernel does, and the way back in time."""
