"""XML from files that may have been made to do harm."""

from __future__ import annotations

import xml.etree.ElementTree as ET


def parse_xml(text: bytes | str) -> ET.Element:
    """Parse XML that defines no entities of its own.

    Raises
    ------
    ValueError
        Not well formed, or with a document type or entity definition, which
        could unfold to any size or reach other files.
    """
    data = text.encode("utf-8", "replace") if isinstance(text, str) else text
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise ValueError("it defines entities")
    try:
        return ET.fromstring(text)  # noqa: S314 - entities are refused above
    except (ET.ParseError, ValueError, LookupError) as error:
        # LookupError: an encoding that Python does not know.
        raise ValueError("it is not well-formed XML") from error
