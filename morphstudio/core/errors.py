"""The one exception that expected, user-correctable problems end in."""

from __future__ import annotations


class InputError(ValueError):
    """Something the user gave cannot be used as it is.

    Parameters
    ----------
    field : str
        Dotted name of what is wrong, for example ``"image.labels"`` or
        ``"parameters.alpha_x"``. The window shows the message beside it.
    message : str
        One plain sentence: what is wrong.
    hint : str
        One plain sentence: what to do about it. May be empty.

    Notes
    -----
    ``str(error)`` is the single line the command line prints: message, then
    hint.
    """

    def __init__(self, field: str, message: str, hint: str = "") -> None:
        super().__init__(field, message, hint)
        self.field = field
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class InsufficientMemoryError(InputError):
    """Work that the forecast says does not fit into the free memory."""
