"""One package per workflow step; steps meet only in the session."""
