"""From what documents say to cited candidates: values, targets, actors, plans, projects, shocks and commitments."""
