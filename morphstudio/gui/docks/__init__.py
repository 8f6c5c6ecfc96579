"""Panels that can be moved, resized, hidden, put into tabs and maximised; each step keeps its layout."""
