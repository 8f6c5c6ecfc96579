"""Movies of what is shown: a turn of the 3D view, a sweep through the slices of a volume."""
