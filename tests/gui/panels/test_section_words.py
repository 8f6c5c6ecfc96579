"""How a section compares with the image, in words."""

import pytest

from morphstudio.gui.panels.explore.section_panel import share_words


@pytest.mark.parametrize(("share", "words"), [(0.337, "a third of"), (0.5, "half"), (0.21, "21 % of"),
                                              (1.28, "1.3 times"), (1.0, "as wide as")])
def test_that_a_share_is_said_in_plain_words(share, words):
    assert share_words(share) == words
