"""The documents of the method: the Resilience Profile in four sets, and the Urban Resilience Diagnosis."""
