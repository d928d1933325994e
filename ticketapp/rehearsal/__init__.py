"""A Stripe of our own, for tests and rehearsals: a separate process that speaks Stripe's HTTP API and moves no money."""
