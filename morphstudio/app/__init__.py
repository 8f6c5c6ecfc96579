"""The application without a window: session, jobs, previews, settings, forecasts.

Nothing here imports Qt; the window and the command line both stand on it.
"""
