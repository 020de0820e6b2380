"""Almena: from a city's open files to a first resilience profile that can be trusted."""

__version__ = "0.1.0"
