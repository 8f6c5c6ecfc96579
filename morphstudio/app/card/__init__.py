"""The validation card: what a comparison of data with a model says, ready for a page."""
