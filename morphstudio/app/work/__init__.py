"""The job specs of the main job: open, calibrate, generate, measure, validate, export."""
