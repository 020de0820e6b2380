"""Maps as small pictures: what is drawn is composed here, painted in a process that needs arrays only."""
