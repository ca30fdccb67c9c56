"""What is wrong with a page: what axe finds in light and in dark, and the screens for which it is too wide."""

import json

from axe_playwright_python.base import AXE_SCRIPT

OPTIONS = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
# What else it looks at is the same in the dark: tests/test_static_files.py.
COLOURS = {"resultTypes": ["violations"], "runOnly": ["color-contrast", "link-in-text-block"]}
SCHEMES = ("light", "dark")
# Links of the admin take their time to change their colour.
AT_ONCE = "document.getAnimations().forEach(change => change instanceof CSSTransition && change.finish())"
RUN = "axe.run({}).then(({{ violations }}) => violations)"


def violations(page, options=OPTIONS):
    """As (scheme, rule, selectors), on a page that is opened once."""
    page.evaluate(AXE_SCRIPT)
    found = []
    for scheme, looked_for in zip(SCHEMES, (options, COLOURS), strict=True):
        page.emulate_media(color_scheme=scheme)
        page.evaluate(AT_ONCE)
        found += [(scheme, *fault) for fault in _faults(page, looked_for)]
    page.emulate_media(color_scheme="null")
    return found


def violations_as_it_is(page):
    """As (rule, selectors), in the colours that the page has."""
    page.evaluate(AXE_SCRIPT)
    return _faults(page, OPTIONS)


def _faults(page, options):
    found = page.evaluate(RUN.format(json.dumps(options)))
    return [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in found]


def too_wide(page, *widths):
    """The widths of a screen on which the page has to be scrolled sideways, and by how much."""
    found = {}
    for width in widths:
        page.set_viewport_size({"width": width, "height": 640})
        page.wait_for_function("width => innerWidth === width", arg=width)
        found[width] = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return {width: pixels for width, pixels in found.items() if pixels}
