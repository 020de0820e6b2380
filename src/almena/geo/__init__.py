"""Kernels on coordinates and cells that several rooms need: arrays in, arrays out, no files."""
