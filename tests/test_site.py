"""What turns docstrings into pages of the site."""

import pytest
from extensions.docstrings import escaped, examples_apart
from extensions.reference import documented, page


def test_moduli_products_and_trailing_underscores_are_text():
    text = "|z| over 2 * x_ of ``|a*b|``\n\n* a bullet\n* another"
    assert escaped(text, "") == (
        "\\|z\\| over 2 \\* x\\_ of ``|a*b|``\n\n* a bullet\n* another"
    )


@pytest.mark.parametrize(
    "role, module, link",
    [
        (":func:`bathlab.load`", "", ":func:`bathlab.load <bathlab.ensemble.load>`"),
        (":func:`status`", "bathlab.ensemble.standing", "<bathlab.ensemble.status>"),
        (":func:`~bathlab.log_ipr`", "", ":func:`log_ipr <bathlab.analysis.log_ipr>`"),
        (":class:`FailedRealisations`", "bathlab.ensemble.runner", "bathlab.errors."),
        (":data:`FREQUENCIES`", "bathlab.experiments.drift", "``FREQUENCIES``"),
        (":func:`nowhere.to_be_found`", "", "``nowhere.to_be_found``"),
    ],
)
def test_roles_lead_to_the_page_of_an_object_or_are_literals(role, module, link):
    assert link in escaped(role, module)


def test_examples_are_left_as_they_are():
    lines = ["Words |z|.", "", ">>> 2 * x_", "4", "", "More * words."]
    assert [run for _, run in examples_apart(lines)] == [lines[:2], lines[2:4], lines[4:]]
    assert [example for example, _ in examples_apart(lines)] == [False, True, False]


def test_every_public_object_has_one_page():
    found = documented()
    assert len(found) > 350
    assert len({id(value) for value in found.values()}) == len(found)
    assert ".. autoclass:: Study" in page(
        "bathlab.ensemble.Study", found["bathlab.ensemble.Study"]
    )
