"""Long work: job specs, the runner, typed events and the processes they run in."""
