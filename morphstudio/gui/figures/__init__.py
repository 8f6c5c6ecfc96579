"""Figures for papers: plots and sections at a chosen size, with scale bar and key, into files."""
