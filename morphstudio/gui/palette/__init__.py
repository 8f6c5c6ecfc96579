"""The command palette: find anything by a few letters."""
