"""The style sheet: one template, filled from the token table."""

from __future__ import annotations

from dataclasses import asdict
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from morphstudio.gui.theme.tokens import Tokens

_TEMPLATE = Template("""
QWidget { color: $text; font-size: 12px; }
QMainWindow, QWidget#central { background: $bg; }
QToolTip { background: $notice; color: $on_notice; border: 1px solid $notice; padding: 4px 6px; }

QMenuBar { background: $rail; spacing: 0; padding: 0; }
QMenuBar::item { padding: 4px 8px; margin: 3px 0; background: transparent; color: $text2; border-radius: 4px; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: $hover; color: $text; }
QMenu { background: $surface; border: 1px solid $line; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 24px; border-radius: 4px; }
QMenu::item:selected { background: $tint; color: $text; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QMenu::icon { padding-left: 6px; }

QFrame#menuRow { background: $rail; border: none; border-bottom: 1px solid $line; }
QFrame#rail { background: $rail; border: none; border-right: 1px solid $line; }
QFrame#statusRow { background: $rail; border: none; border-top: 1px solid $line; }
QFrame#header { background: transparent; }

QFrame[role="panel"] { background: $surface; border: none; border-radius: 6px; }
QFrame[role="panel"][docked="true"] { border-top-left-radius: 0; border-top-right-radius: 0; }
QFrame[role="panelHeader"] { background: $surface; border: none; border-top-left-radius: 6px;
    border-top-right-radius: 6px; }
QFrame[role="inset"] { background: $inset; border: none; border-radius: 5px; }
QFrame[role="rule"] { background: $line; border: none; max-height: 1px; min-height: 1px; }
QFrame[role="warn"] { background: $warn_tint; border: none; border-radius: 5px; }
QFrame[role="ok"] { background: $ok_tint; border: none; border-radius: 5px; }
QFrame[role="error"] { background: $error_tint; border: none; border-radius: 5px; }
QFrame[role="row"] { background: transparent; border: none; border-radius: 5px; }
QFrame[role="row"][state="on"] { background: $tint; }
QFrame[role="row"]:hover { background: $hover; }
QFrame[role="row"]:focus { border: 2px solid $accent; }
QFrame[role="hint"] { background: $tint; border: none; border-radius: 6px; margin-bottom: 8px; }
QFrame#popup, QDialog#palette { background: $surface; border: 1px solid $strong; }
QLabel[role="formula"] { font-size: 15px; padding: 2px 0; }
QDialog#palette QLineEdit { min-height: 30px; max-height: 30px; font-size: 13px; }
QFrame[role="notice"] { background: $notice; border: none; border-radius: 5px; }
QFrame[role="notice"] QLabel { color: $on_notice; }
QPushButton[kind="warn"] { background: $warn_tint; border-color: $warn_tint; color: $warn; padding: 0 7px;
    min-height: 20px; max-height: 20px; }
QPushButton[kind="warn"]:hover { border-color: $warn; }
QFrame[role="notice"] QPushButton { color: $notice_accent; }

QLabel { background: transparent; }
QLabel[role="welcome"] { font-size: 22px; font-weight: 600; }
QLabel[role="title"] { font-size: 16px; font-weight: 600; }
QLabel[role="title"][state="ok"] { color: $ok; }
QLabel[role="title"][state="warn"] { color: $warn; }
QLabel[role="title"][state="error"] { color: $error; }
QLabel[role="card"] { font-size: 13px; font-weight: 600; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="second"] { color: $text2; }
QLabel[role="muted"] { color: $text3; }
QLabel[role="caption"] { color: $text3; font-size: 11px; }
QLabel[role="column"] { color: $text2; font-size: 11px; }
QLabel[role="errorText"] { color: $error; }
QLabel[role="warnText"] { color: $warn; }
QLabel[role="okText"] { color: $ok; }
QLabel[role="accentText"] { color: $accent; }
QLabel[heading="true"] { font-weight: 600; }
QFrame[role="chip"] { border-radius: 4px; background: $inset; }
QFrame[role="chip"][state="warn"] { background: $warn_tint; }
QFrame[role="chip"][state="ok"] { background: $ok_tint; }
QFrame[role="chip"][state="error"] { background: $error_tint; }
QFrame[role="chip"][state="accent"] { background: $tint; }
QLabel[role="chipText"] { color: $text2; }
QLabel[role="chipText"][state="warn"] { color: $warn; }
QLabel[role="chipText"][state="ok"] { color: $ok; }
QLabel[role="chipText"][state="error"] { color: $error; }
QLabel[role="chipText"][state="accent"] { color: $accent; font-weight: 600; }
QLabel:disabled { color: $disabled; }

QPushButton { border: 1px solid $line; background: $inset; border-radius: 5px; padding: 0 12px; min-height: 26px;
    max-height: 26px; margin: 3px; font-weight: 500; color: $text; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $pressed; }
QPushButton:checked { background: $tint; color: $accent; }
QPushButton:disabled { color: $disabled; background: $inset; border-color: $line; }
QPushButton:focus { outline: none; }
QPushButton[flush="true"] { margin-left: 0; }
QPushButton[kind="header"] { background: $surface; }
QPushButton[kind="header"]:hover { background: $hover; }
QPushButton[kind="header"]:checked { background: $tint; border-color: $accent; }
QPushButton[kind="header"]:disabled { background: $inset; }
QPushButton[kind="primary"] { background: $fill; border-color: $fill; color: $on_fill; font-weight: 600; }
QPushButton[kind="primary"]:hover { background: $fill_hover; border-color: $fill_hover; }
QPushButton[kind="primary"]:pressed { background: $fill_pressed; border-color: $fill_pressed; }
QPushButton[kind="primary"]:disabled { background: $inset; border-color: $line; color: $disabled; }
QPushButton[kind="quiet"] { background: transparent; border-color: transparent; color: $text2; }
QPushButton[kind="quiet"]:hover { background: $hover; }
QPushButton[kind="link"] { background: transparent; border: none; color: $accent; padding: 0 4px 0 0;
    min-height: 28px; max-height: 28px; margin: 3px 3px 3px 0; }
QPushButton[kind="more"] { background: transparent; border: none; color: $text2; font-size: 11px; font-weight: 400;
    padding: 0 2px; margin: 2px 0; min-height: 18px; max-height: 18px; border-radius: 4px; }
QPushButton[kind="more"]:hover { color: $text; background: $hover; }
QPushButton[kind="more"]:focus { color: $accent; text-decoration: underline; }
QFrame[role="notice"] QPushButton, QWidget#blockLine QPushButton { margin: 0; min-height: 20px; max-height: 20px; }
QPushButton[kind="link"]:hover { text-decoration: underline; }
QPushButton[kind="link"]:disabled { color: $disabled; }

QToolButton::menu-indicator { image: none; width: 0; }
QToolButton { border: none; background: transparent; border-radius: 5px; padding: 4px; }
QToolButton:hover { background: $hover; }
QToolButton:pressed { background: $pressed; }
QToolButton:checked { background: $tint; }
QToolButton:focus { border: 2px solid $accent; padding: 2px; }
QToolButton[kind="recent"] { border-radius: 5px; }

QFrame[role="segmented"] { background: $inset; border: 1px solid $line; border-radius: 5px; }
QPushButton[kind="segment"] { border: 1px solid transparent; background: transparent; margin: 1px; padding: 0 8px;
    min-height: 18px; max-height: 18px; border-radius: 4px; color: $text2; font-weight: 400; }
QPushButton[kind="segment"]:hover { background: $hover; }
QPushButton[kind="segment"]:checked { background: $segment; border-color: $line; color: $text; font-weight: 600; }
QPushButton[kind="segment"]:focus { color: $accent; text-decoration: underline; }
QPushButton[kind="segment"]:disabled { color: $disabled; }

QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QPlainTextEdit, QTextEdit {
    background: $inset; border: 1px solid $line; border-radius: 4px; padding: 1px 7px; color: $text;
    selection-background-color: $fill; selection-color: $on_fill; }
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox { min-height: 22px; max-height: 22px; }
QLineEdit { padding: 0 5px 2px 5px; }
QSpinBox, QDoubleSpinBox { padding-top: 0; padding-bottom: 2px; }
QLineEdit:hover, QSpinBox:hover, QDoubleSpinBox:hover, QComboBox:hover { border-color: $strong; }
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus, QComboBox:on,
QPlainTextEdit:focus, QTextEdit:focus { border: 2px solid $accent; padding: 0 6px; background: $surface; }
QLineEdit:focus { padding: 0 4px 1px 4px; min-height: 21px; max-height: 21px; }
QSpinBox:focus, QDoubleSpinBox:focus { padding-top: 0; padding-bottom: 1px; min-height: 21px; max-height: 21px; }
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled { color: $disabled; }
QLineEdit[state="error"], QSpinBox[state="error"], QDoubleSpinBox[state="error"], QComboBox[state="error"] {
    background: $error_tint; border-color: $error; }
QLineEdit[state="warn"], QComboBox[state="warn"] { border-color: $warn; }
QSpinBox QLineEdit, QDoubleSpinBox QLineEdit, QSpinBox QLineEdit:focus, QDoubleSpinBox QLineEdit:focus {
    background: transparent; border: none; padding: 0; min-height: 0; max-height: 22px; }
QSpinBox, QDoubleSpinBox { padding-right: 18px; }
QSpinBox:focus, QDoubleSpinBox:focus { padding-right: 17px; }
QSpinBox::up-button, QDoubleSpinBox::up-button { subcontrol-origin: padding; subcontrol-position: top right;
    width: 16px; height: 11px; border: none; background: transparent; }
QSpinBox::down-button, QDoubleSpinBox::down-button { subcontrol-origin: padding;
    subcontrol-position: bottom right; width: 16px; height: 11px; border: none; background: transparent; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url("$icons/caret-up.png"); width: 10px; height: 10px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url("$icons/caret-down.png"); width: 10px; height: 10px; }
QComboBox { padding-right: 0; }
QComboBox::drop-down { border: none; width: 18px; }
QComboBox::down-arrow { image: url("$icons/caret-down.png"); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: $surface; border: 1px solid $line; padding: 4px; outline: none;
    selection-background-color: $tint; selection-color: $text; }
QComboBox QAbstractItemView::item { min-height: 24px; padding: 0 6px; border-radius: 4px; }
QComboBox QAbstractItemView::item:selected { background: $tint; color: $text; }

QCheckBox, QRadioButton { spacing: 8px; background: transparent; }
QCheckBox:disabled, QRadioButton:disabled { color: $disabled; }
QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid $strong; border-radius: 3px;
    background: $surface; }
QCheckBox::indicator:checked { background: $fill; border-color: $fill; image: url("$icons/check.png"); }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border: 2px solid $accent; }
QCheckBox::indicator:disabled { border-color: $line; background: $inset; }
QCheckBox::indicator:checked:disabled { image: url("$icons/check-off.png"); }
QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid $strong; border-radius: 8px;
    background: $surface; }
QRadioButton::indicator:checked { border: 5px solid $fill; width: 6px; height: 6px; background: $surface; }
QRadioButton::indicator:disabled { border-color: $line; background: $inset; }
QRadioButton::indicator:checked:disabled { border-color: $strong; background: $surface; }

QSlider::groove:horizontal { height: 4px; background: $line; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::handle:horizontal { width: 10px; height: 10px; margin: -5px 0; border: 2px solid $accent;
    border-radius: 7px; background: $surface; }
QSlider::handle:horizontal:focus { background: $tint; }
QSlider::sub-page:horizontal:disabled { background: $strong; }
QSlider::handle:horizontal:disabled { border-color: $strong; background: $inset; }

QProgressBar { background: $line; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
QProgressBar[state="paused"]::chunk, QProgressBar[state="stopping"]::chunk { background: $strong; }
QProgressBar[state="cancelled"]::chunk { background: $strong; }
QProgressBar[state="finished"]::chunk { background: $ok; }
QProgressBar[state="failed"]::chunk { background: $error; }

QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget[role="scrolled"] { background: transparent; }
QAbstractScrollArea::corner { background: transparent; }
QScrollBar:vertical { width: 10px; background: transparent; margin: 0; }
QScrollBar:horizontal { height: 10px; background: transparent; margin: 0; }
QScrollBar::handle { background: $line; margin: 2px; border-radius: 3px; min-height: 24px; min-width: 24px; }
QScrollBar::handle:hover { background: $strong; }
QScrollBar::handle:disabled { background: transparent; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QSplitter::handle { background: transparent; }
QSplitter::handle:hover, QSplitter::handle:pressed { background: $accent; border-radius: 1px; }
QSplitter::handle:horizontal:hover, QSplitter::handle:horizontal:pressed { margin: 0 3px; }
QSplitter::handle:vertical:hover, QSplitter::handle:vertical:pressed { margin: 3px 0; }

QMainWindow::separator { background: transparent; width: 8px; height: 8px; }
QMainWindow::separator:hover { background: $accent; margin: 3px; border-radius: 1px; }

QTabBar { background: transparent; }
QTabBar[role="docks"]::tab { padding: 5px 1px; margin-left: 6px; margin-right: 4px; }
QFrame#menuRow QPushButton[kind="quiet"] { margin: 0; min-height: 22px; max-height: 22px; padding: 0 8px;
    text-align: left; font-weight: 400; }
QTabBar::tab { background: transparent; color: $text2; padding: 6px 2px; margin-right: 20px; border: none;
    border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: $text; font-weight: 600; border-bottom-color: $accent; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:disabled { color: $disabled; }
QTabBar::tab:focus { color: $accent; }
QTabWidget::pane { border: none; }

QTableView, QTreeView, QListView { background: $surface; border: none; outline: none; gridline-color: $line;
    alternate-background-color: $surface; }
QTableView::item, QTreeView::item { padding: 0 8px; border: none; }
QTableView::item:selected, QTreeView::item:selected { background: $tint; color: $text; }
QHeaderView { background: transparent; }
QHeaderView::section { background: transparent; color: $text2; border: none; border-bottom: 1px solid $line;
    padding: 4px 8px; font-size: 11px; font-weight: 400; }
QListView[role="formats"]::item { padding: 0 8px; min-height: 30px; border-radius: 5px; color: $text2; }
QListView[role="formats"]::item:selected { background: $tint; color: $accent; font-weight: 600; }
QListView[role="formats"]::item:hover:!selected { background: $hover; }

QDialog { background: $surface; border: 1px solid $line; }
QFrame#dialogFooter { background: $inset; border: 1px solid $line; }
QPlainTextEdit[role="code"] { font-family: "DejaVu Sans Mono", "Consolas", monospace; font-size: 11px;
    background: $inset; color: $text2; }
""")


def style_sheet(tokens: Tokens, icon_folder: Path) -> str:
    """Return the style sheet of a theme.

    Parameters
    ----------
    tokens : Tokens
        The theme's colours.
    icon_folder : Path
        Folder with the small arrow and check pictures of this theme; style
        sheets take pictures from files only.
    """
    values = {key: str(value) for key, value in asdict(tokens).items()}
    return _TEMPLATE.substitute(values, icons=icon_folder.as_posix())
