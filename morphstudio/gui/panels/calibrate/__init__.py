"""The Calibrate step."""

from morphstudio.gui.panels.calibrate.page import CalibratePage

__all__ = ["CalibratePage"]
