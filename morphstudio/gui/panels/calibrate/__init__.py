"""The Calibrate step."""
