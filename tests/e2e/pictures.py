"""Takes the pictures of the README from a running demo: `python -m tests.e2e.pictures http://localhost:8000`."""

import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.e2e.chromium import FLAGS, chromium_path

FOLDER = Path(__file__).parent / "pictures"
DESK = {"viewport": {"width": 1100, "height": 760}}
PHONE = {"viewport": {"width": 390, "height": 844}}
STUDENT, TEACHER, PASSWORD = "student", "teacher", "pact-of-1939"


def log_in(page: Page, base_url: str, username: str) -> dict:
    """Log in as a demo account; returns what lets other windows of the browser be logged in too."""
    page.goto(f"{base_url}/accounts/login/")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url(lambda address: "login" not in address)
    return page.context.storage_state()


def take(page: Page, name: str) -> None:
    path = FOLDER / f"{name}.png"
    page.screenshot(path=path, animations="disabled", caret="hide")
    print(f"{path} {path.stat().st_size // 1024} KiB")  # noqa: T201


def take_review(page: Page, name: str, base_url: str) -> None:
    page.goto(f"{base_url}/review/")
    page.get_by_text("Show answer").click()
    take(page, name)


def take_class(page: Page, base_url: str) -> None:
    """The teacher's page of the demo class, and a card in the admin."""
    log_in(page, base_url, TEACHER)
    page.goto(f"{base_url}/teach/")
    page.get_by_role("link", name="10 History B", exact=True).click()
    take(page, "class")


def main(base_url: str) -> None:
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        desk = browser.new_page(**DESK)
        student = log_in(desk, base_url, STUDENT)
        take(desk, "home")
        take_review(desk, "review", base_url)
        take_review(browser.new_page(**PHONE, storage_state=student), "phone", base_url)
        take_review(browser.new_page(**DESK, storage_state=student, color_scheme="dark"), "dark", base_url)
        take_class(browser.new_page(**DESK), base_url)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
