"""The palette itself: a field, a list, the keyboard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QVBoxLayout,
    QWidget,
)

from morphstudio.gui.palette.entries import Entry, absent_words, entries
from morphstudio.gui.palette.matching import match, plain
from morphstudio.gui.theme.fonts import body_font
from morphstudio.gui.widgets.labels import text_label

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex
    from PySide6.QtWidgets import QStyleOptionViewItem

    from morphstudio.gui.context import AppContext
    from morphstudio.gui.main_window import MainWindow

WIDTH, ROW, ROWS = 620, 32, 11
# Points of each letter, for word beginnings and letters in a row: enough for a title, and for words not seen.
TITLE_FROM, WORDS_FROM = 2.5, 4.0
_ENTRY, _FOUND = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class CommandPalette(QDialog):
    """Finds a command, step, parameter, panel or recent file by a few letters and does it."""

    def __init__(self, context: AppContext, window: MainWindow) -> None:
        super().__init__(window, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("palette")
        self.setAccessibleName("Commands")
        self._entries = entries(context, window)
        self._absent = absent_words(context, window)
        self.field = QLineEdit()
        self.field.setPlaceholderText("Find a command, step, parameter, panel or recent file")
        self.field.setAccessibleName("Find")
        self.list = QListWidget()
        self.list.setAccessibleName("Found")
        self.list.setItemDelegate(EntryDelegate(context, self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.status = text_label("", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 6)
        column.setSpacing(6)
        column.addWidget(self.field)
        column.addWidget(self.list)
        column.addWidget(self.status)
        self.field.textChanged.connect(self._show)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(lambda _: self._run())
        self.list.itemEntered.connect(self.list.setCurrentItem)
        self.list.currentItemChanged.connect(lambda *_: self._tell())
        self._show("")
        self.setFixedWidth(min(WIDTH, window.width() - 48))
        at = window.mapToGlobal(QPoint((window.width() - self.width()) // 2, 40))
        self.move(at)

    @property
    def current(self) -> Entry | None:
        """The entry that Enter would choose."""
        item = self.list.currentItem()
        return None if item is None else item.data(_ENTRY)

    @property
    def titles(self) -> list[str]:
        """Titles of what is found, best first."""
        return [self.list.item(at).data(_ENTRY).title for at in range(self.list.count())]

    def showEvent(self, event: QEvent) -> None:
        super().showEvent(event)
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in _MOVES:
                self._move(event.key())
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run()
                return True
        return super().eventFilter(watched, event)

    def _move(self, key: int) -> None:
        by = {_MOVES[0]: -1, _MOVES[1]: 1, _MOVES[2]: -ROWS, _MOVES[3]: ROWS}[Qt.Key(key)]
        count = self.list.count()
        if count:
            row = self.list.currentRow() + by
            # One step goes round; a page stops at the end.
            self.list.setCurrentRow(row % count if abs(by) == 1 else min(max(row, 0), count - 1))

    def _show(self, wanted: str) -> None:
        found = [(finding, entry) for entry in self._entries if (finding := _find(wanted, entry)) is not None]
        if wanted.strip():
            found.sort(key=lambda each: (each[0].tier, -each[0].score))
        self.list.clear()
        for finding, entry in found:
            item = QListWidgetItem(entry.title)
            item.setData(_ENTRY, entry)
            item.setData(_FOUND, finding)
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, entry.reason or _place(entry, finding))
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        # What is said of the answer stands right under it; where there is none, under the field.
        self.list.setFixedHeight(ROW * min(max(len(found), 1), ROWS))
        self.list.setVisible(bool(found))
        self.adjustSize()
        self._tell()

    def _tell(self) -> None:
        entry = self.current
        if entry is None:
            self.status.setText(" ".join(("Nothing is called that.", self._absent or "Try fewer letters.")))
        elif entry.reason:
            self.status.setText(f"Not now: {entry.reason[0].lower() + entry.reason[1:]}.")
        else:
            self.status.setText("↑ ↓ choose, Enter runs it, Esc closes")

    def _run(self) -> None:
        entry = self.current
        if entry is None or entry.reason:
            return
        self.close()
        # Not every display gives the window below a closed popup the keyboard back.
        self.parentWidget().activateWindow()
        # The palette is gone before what was chosen opens something itself.
        QTimer.singleShot(0, entry.run)


class EntryDelegate(QStyledItemDelegate):
    """Icon, title with the letters found in bold, place in grey, keys at the right."""

    def __init__(self, context: AppContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = context.theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(100, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        entry: Entry = index.data(_ENTRY)
        tokens = self._theme.tokens
        box = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.tint))
            painter.drawRoundedRect(box, 5, 5)
        if entry.icon:
            icon = self._theme.pixmap(entry.icon, "disabled" if entry.reason else "text2", 16)
            painter.drawPixmap(QRectF(box.left() + 8, box.center().y() - 8, 16, 16), icon, QRectF(icon.rect()))
        right = box.right() - 10
        if entry.keys:
            painter.setFont(body_font())
            painter.setPen(QColor(tokens.text2))
            width = painter.fontMetrics().horizontalAdvance(entry.keys)
            painter.drawText(QRectF(right - width, box.top(), width, ROW), Qt.AlignmentFlag.AlignVCenter, entry.keys)
            right -= width + 16
        found: Finding = index.data(_FOUND)
        left = self._title(painter, box, entry, found.places, right)
        self._place(painter, QRectF(left + 10, box.top(), max(right - left - 10, 0), ROW),
                    entry.reason or _place(entry, found))
        painter.restore()

    def _title(self, painter: QPainter, box: QRectF, entry: Entry, places: tuple[int, ...], right: float) -> float:
        tokens, left = self._theme.tokens, box.left() + 34
        painter.setPen(QColor(tokens.disabled if entry.reason else tokens.text))
        fonts = {False: body_font(), True: body_font(weight=QFont.Weight.Bold)}
        for at, letter in enumerate(entry.title):
            painter.setFont(fonts[at in places])
            width = painter.fontMetrics().horizontalAdvance(letter)
            if left + width > right:
                break
            painter.drawText(QRectF(left, box.top(), width + 2, ROW), Qt.AlignmentFlag.AlignVCenter, letter)
            left += width
        return left

    def _place(self, painter: QPainter, box: QRectF, place: str) -> None:
        painter.setFont(body_font())
        painter.setPen(QColor(self._theme.tokens.text3))
        text = painter.fontMetrics().elidedText(place, Qt.TextElideMode.ElideMiddle, int(box.width()))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)


@dataclass(frozen=True, slots=True)
class Finding:
    """How an entry was found.

    Parameters
    ----------
    tier : int
        0: by its title; 1: by other words; 2: by letters scattered over its title.
    score : float
        How well, inside its tier.
    places : tuple of int
        Letters of the title that were found.
    word : str
        The word that is not in the title; empty for none.
    """

    tier: int = 0
    score: float = 0.0
    places: tuple[int, ...] = ()
    word: str = ""


def _place(entry: Entry, found: Finding) -> str:
    """Return where an entry belongs; one found by a word that nobody sees names it."""
    return f"{found.word} · {entry.place}" if found.word else entry.place


def _find(wanted: str, entry: Entry) -> Finding | None:
    if not wanted.strip():
        return Finding()
    letters = len(wanted.replace(" ", ""))
    found = match(wanted, entry.title)
    if found is not None and found[0] >= TITLE_FROM * letters:
        return Finding(0, *found)
    # Scattered letters of a long description are no find.
    wider = match(wanted, f"{entry.title} {entry.place} {entry.words}")
    if wider is not None and wider[0] >= WORDS_FROM * letters:
        places = tuple(at for at in wider[1] if at < len(entry.title))
        return Finding(1, wider[0], places, _hidden_word(wanted, entry))
    return None if found is None else Finding(2, *found)


def _hidden_word(wanted: str, entry: Entry) -> str:
    """Return the first of an entry's other words that what was typed finds and that is not shown anyway."""
    shown = plain(f"{entry.title} {entry.place}")
    begins = [part for part in plain(wanted).split() if part not in shown]
    words = entry.words.split()
    found = [word for word in words for part in begins if plain(word).startswith(part)]
    return next(iter(found or [word for word in words for part in begins if match(part, word) is not None]), "")
