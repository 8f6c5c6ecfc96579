"""The 3D view: capped block, surfaces extracted in a worker process."""
