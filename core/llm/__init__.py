"""Teachers behind one interface, what a call costs, and where prices come from."""
