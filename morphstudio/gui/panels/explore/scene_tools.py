"""Buttons of the 3D view that open a menu: how the block is drawn, and where one looks from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton

from morphstudio.gui.widgets.buttons import IconButton

if TYPE_CHECKING:
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.scene3d.view import BlockView

FACES, SURFACES, VOLUME = "faces", "surfaces", "volume"
# Key, name, what it shows, icon.
_LOOKS = (
    (FACES, "Faces", "flat faces of the block", "cube"),
    (SURFACES, "Surfaces", "flat faces, and smooth surfaces where the block is open", "polygon"),
    (VOLUME, "Volume", "see through the phases", "cloud-fog"),
)
_CAMERAS = (("corner", "From the corner"), ("x", "Along x"), ("y", "Along y"), ("z", "Along z, from above"))


class LookButton(IconButton):
    """Chooses how the block is drawn; its icon shows which way holds.

    Signals
    -------
    chosen : str
        Another way was chosen.
    """

    chosen = Signal(str)

    def __init__(self, context: AppContext) -> None:
        super().__init__(context, "cube", "How the block is drawn")
        self._current = SURFACES
        self._actions: dict[str, QAction] = {}
        menu, group = QMenu(self), QActionGroup(self)
        menu.setToolTipsVisible(True)
        for key, name, shows, _icon in _LOOKS:
            action = QAction(name, group, checkable=True)
            action.setToolTip(f"{name}: {shows}")
            action.triggered.connect(lambda _=False, k=key: self.choose(k))
            menu.addAction(action)
            self._actions[key] = action
        self.setMenu(menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.set_current(SURFACES)

    @property
    def current(self) -> str:
        """``"faces"``, ``"surfaces"`` or ``"volume"``."""
        return self._current

    def action(self, key: str) -> QAction:
        """Return the menu's entry for one way."""
        return self._actions[key]

    def set_current(self, key: str) -> None:
        """Take a way without telling anybody; an unknown one changes nothing."""
        for known, name, shows, icon in _LOOKS:
            if known == key:
                self._current = key
                self._actions[key].setChecked(True)
                self.set_icon(icon, f"How the block is drawn. {name}: {shows}")

    def choose(self, key: str) -> None:
        """Take a way and tell it."""
        if key != self._current:
            self.set_current(key)
            self.chosen.emit(key)


class CameraButton(IconButton):
    """Puts the camera where the block is seen from its open corner or along an axis; films it turning."""

    def __init__(self, context: AppContext, view: BlockView) -> None:
        super().__init__(context, "video-camera", "Where to look from, and movies")
        menu = QMenu(self)
        for preset, title in _CAMERAS:
            menu.addAction(title, lambda p=preset: view.reset_camera(p))
        menu.addSeparator()
        self.movie = menu.addAction("Export movie…", context.open_movie)
        context.theme.bind_icon(self.movie, "film-strip")
        self.setMenu(menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
