"""The Measure step."""

from morphstudio.gui.panels.measure.page import MeasurePage

__all__ = ["MeasurePage"]
