"""The use cases: bind the store and the steps; what the command line, the web and notebooks call."""
