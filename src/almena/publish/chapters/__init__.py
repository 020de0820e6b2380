"""The report's chapters, each from the facts of a run to the blocks of a page."""

from __future__ import annotations

from almena.publish.chapters.book import build_chapters

__all__ = ["build_chapters"]
