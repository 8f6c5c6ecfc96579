"""Colours, fonts, icons and the style sheet: one table, two themes."""
