"""Almena beside the tools that planners know, on the same real data in the same process."""
