"""The Explore step."""

from morphstudio.gui.panels.explore.page import ExplorePage

__all__ = ["ExplorePage"]
