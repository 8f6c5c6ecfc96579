"""Slider rows generated from a model's parameter table."""
