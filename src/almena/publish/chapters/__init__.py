"""The report's chapters, each from the facts of a run to the blocks of a page."""
