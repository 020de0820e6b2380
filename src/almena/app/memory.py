"""How much memory the process has used at most."""

from __future__ import annotations

import sys


def peak_megabytes() -> float:
    """Return the largest resident memory of this process so far in megabytes; 0 where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows has no such module
        return 0.0
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(used / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)
