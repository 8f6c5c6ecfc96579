"""MorphStudio: calibrated 3D digital twins of battery cathodes from segmented images."""
