"""Stochastic geometry models, one file each."""
