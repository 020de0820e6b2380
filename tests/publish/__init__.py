"""Tests of the report, its maps, editions and exports."""
