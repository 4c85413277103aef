"""Programs that run on the kernel, driven by the reader: listing, pictures, page."""
