import pytest

from morphstudio.app.resources import resource_path


def test_that_the_bundled_fonts_are_found() -> None:
    assert (resource_path("fonts", "inter") / "Inter-Regular.otf").is_file()


def test_that_a_missing_resource_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="icons/no-such-icon"):
        resource_path("icons", "no-such-icon.svg")
