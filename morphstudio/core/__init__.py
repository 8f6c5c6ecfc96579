"""Numbers in, numbers out: models, two-point functions, descriptors, calibration.

Nothing here knows of files, threads or windows.
"""
