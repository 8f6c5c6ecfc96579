"""The Explore step."""
