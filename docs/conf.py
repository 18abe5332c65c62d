"""The documentation as a site: ``python -m sphinx -W -n --keep-going docs site``.

No page needs the network to be built. What is made of the code and of the records of the
studies (docs/reference, docs/gallery.md, docs/verdicts.md) is written here, before Sphinx looks
for pages; it is not committed.
"""

import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
os.environ.setdefault("OMP_NUM_THREADS", "1")

import gallery_report  # noqa: E402
from extensions import reference, root_pages, thumbnails, verdicts  # noqa: E402

from bathlab.version import version as bathlab_version  # noqa: E402

project = "bathlab"
author = "the bathlab developers"
release = version = bathlab_version().partition("+")[0]

reference.write(HERE / "reference")
root_pages.write(HERE)
thumbnails.write(HERE)
verdicts.write(HERE / "verdicts.md")
# Without their baths, which would be drawn and solved anew for each build.
gallery_report.write(HERE / "_extra", baths=False)

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    # MathJax as files of the site, so that formulas are there without a network.
    "sphinx-mathjax-offline",
    "numpydoc",
    "myst_nb",
    "sphinx_click",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
    "extensions.docstrings",
    "extensions.claim_tables",
    "extensions.leaner",
]
exclude_patterns = [
    "_build",
    "_extra",
    "site",
    "examples",
    "**/.ipynb_checkpoints",
    "sg_execution_times.rst",
    "scripts/*.ipynb",
]
nitpicky = True

myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath", "substitution"]
myst_heading_anchors = 4
nb_execution_mode = "cache"
nb_execution_cache_path = str(HERE.parent / ".jupyter_cache")
nb_execution_raise_on_error = True
nb_execution_timeout = 600

autosummary_generate = False
autodoc_member_order = "bysource"
autodoc_typehints = "none"
numpydoc_show_class_members = False
# Types of signatures and parameters are words: shapes and units say more than a link to numpy.
numpydoc_xref_param_type = False

sphinx_gallery_conf = {
    "examples_dirs": "examples",
    "gallery_dirs": "scripts",
    "filename_pattern": r"\.py$",
    "ignore_pattern": r"__init__\.py",
    "download_all_examples": False,
    "show_memory": False,
    "write_computation_times": False,
    "remove_config_comments": True,
    "abort_on_example_error": True,
    "image_scrapers": ("matplotlib",),
    "matplotlib_animations": False,
    "reset_modules": ("matplotlib",),
}

html_theme = "pydata_sphinx_theme"
html_title = "bathlab"
html_static_path = ["_static"]
html_extra_path = ["_extra"]
html_css_files = ["site.css"]
html_js_files = ["sortable.js"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "show_prev_next": False,
    "header_links_before_dropdown": 6,
    "navigation_with_keys": False,
    # Each page else holds the names of all others, five times what it says itself.
    "collapse_navigation": True,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
}
html_sidebars = {"start": [], "changelog": [], "verdicts": []}
copyright = "the bathlab developers, BSD-3 licence"  # noqa: A001
