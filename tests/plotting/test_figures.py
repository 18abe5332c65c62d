"""The common style of all figures."""

from bathlab.plotting.figures import curve_style


def test_the_styles_of_many_curves_differ():
    """Also in greyscale (marker and line) and where there are no markers (colour and line)."""
    styles = [curve_style(index) for index in range(18)]
    for names in (("marker", "linestyle"), ("color", "linestyle")):
        assert len({tuple(style[name] for name in names) for style in styles}) == 18
