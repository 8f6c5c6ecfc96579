"""Live plots: two-point functions, misfit, parameters, distributions."""
