"""Headless Chromium that finds no host, and what tests ask of a page in it."""

import base64
import importlib.util
import json
import os
import shutil
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
DRIVER = shutil.which("chromedriver")
#: Where screenshots go, to be looked at; nowhere if it is not set.
KEPT = os.environ.get("BATHLAB_SCREENSHOTS", "")
#: A phone and a desk, in pixels.
WIDTHS = (390, 1300)
#: How long a page may take, on a machine that is busy too.
SECONDS = 120
#: Where there must be a browser, so that nothing is skipped unseen.
REQUIRED = os.environ.get("BATHLAB_BROWSER") == "required"


@contextmanager
def chromium():
    """A driver of Chromium, ended at the end; without it the test is skipped."""
    if importlib.util.find_spec("selenium") is None:
        lacking("selenium is not installed: extra test")
    if not BROWSER or not DRIVER:
        lacking("chromium or chromedriver is not installed: apt-get install chromium-driver")
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for word in (
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--host-resolver-rules=MAP * ~NOTFOUND",
    ):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    try:
        yield driver
    finally:
        driver.quit()


def lacking(words):
    """Skip the test, or fail where nothing may be skipped."""
    (pytest.fail if REQUIRED else pytest.skip)(words)


def show(driver, file, width=1300, scheme="light", curves=True):
    """The page at a width, its curves drawn if it has some."""
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    feature = {"name": "prefers-color-scheme", "value": scheme}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": [feature]})
    driver.get_log("browser"), driver.get_log("performance")
    driver.get(file.as_uri())
    if curves:
        until(driver, "return document.documentElement.dataset.drawn !== undefined")


def until(driver, script):
    """Wait until a script says yes."""
    end = time.monotonic() + SECONDS
    while not (found := driver.execute_script(script)):
        assert time.monotonic() < end, script
        time.sleep(0.05)
    return found


def in_tables(driver, name):
    script = """return [...document.getElementById(arguments[0]).rows].map(
        (row) => [...row.cells].map((cell) => cell.textContent.trim()));"""
    return driver.execute_script(script, name)


def keep(driver, name, least=20_000):
    """A screenshot of the whole page, of more bytes than an empty one has."""
    height = driver.execute_script("return document.documentElement.scrollHeight")
    width = driver.execute_script("return document.documentElement.clientWidth")
    clip = {"x": 0, "y": 0, "width": width, "height": min(height, 12000), "scale": 1}
    how = {"captureBeyondViewport": True, "clip": clip}
    picture = base64.b64decode(driver.execute_cdp_cmd("Page.captureScreenshot", how)["data"])
    assert len(picture) > least
    if KEPT:
        Path(KEPT).mkdir(parents=True, exist_ok=True)
        (Path(KEPT) / f"{name}.png").write_bytes(picture)


def axe_core():
    """axe-core, the newest that a package here holds."""
    for name in ("axe_playwright_python", "axe_core_python"):
        if spec := importlib.util.find_spec(name):
            return (Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8")
    lacking("axe-core is not installed: pip install axe-core-python, of the extra test")


def grave(driver, least=20):
    """What axe-core finds that is serious or critical, with everything opened; more than
    ``least`` of its rules have to pass, so that it has looked."""
    driver.execute_script(
        "for (const each of document.querySelectorAll('details')) each.open = true;"
    )
    until(driver, "return !document.querySelector('details:not([open])')")
    driver.execute_script(axe_core())
    found = driver.execute_async_script("axe.run().then(arguments[0])")
    assert len(found["passes"]) > least
    return [
        (each["id"], each["impact"], [node["html"][:200] for node in each["nodes"][:3]])
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
    ]


def asked(driver):
    """The addresses that a page asked for, its own among them."""
    return [
        json.loads(entry["message"])["message"]["params"]["request"]["url"]
        for entry in driver.get_log("performance")
        if '"Network.requestWillBeSent"' in entry["message"]
    ]
