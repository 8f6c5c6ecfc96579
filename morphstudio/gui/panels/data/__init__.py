"""The Data step: what the image shows, its phases and its voxel size."""

from morphstudio.gui.panels.data.page import DataPage

__all__ = ["DataPage"]
