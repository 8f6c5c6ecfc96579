"""The Measure step."""
