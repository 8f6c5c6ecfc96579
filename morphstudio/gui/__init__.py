"""The desktop window. Importing this package imports no Qt."""
