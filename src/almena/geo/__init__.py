"""Kernels on coordinates that several rooms need: arrays in, arrays out, no files."""
