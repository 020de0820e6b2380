"""Indicators: pure functions, a module for each urban element, and the runner that calls them."""
