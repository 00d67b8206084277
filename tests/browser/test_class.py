"""A teacher and a student in two browsers: asked to open a page, seen, named, and ended."""

import pytest
from playwright.sync_api import expect

from tools.server import Server

WORDS = "open sesame, please"


@pytest.fixture
def school(tmp_path):
    (tmp_path / "runs").mkdir()
    with Server(tmp_path / "runs", FMNIST_SHARED="1", FMNIST_TEACHER_PASSPHRASE=WORDS) as running:
        yield running


def test_a_student_follows_the_teacher_by_a_click_and_is_seen_under_their_name(school, window):
    teacher, student = window(), window(locale="en-US")  # two profiles
    student.goto(f"{school.url}/explore")
    expect(student.get_by_role("heading", name="Explore")).to_be_visible()
    teacher.goto(f"{school.url}/train")
    teacher.get_by_text("For the teacher").click()
    teacher.locator(".st-key-passphrase input").fill(WORDS)
    teacher.locator(".st-key-passphrase input").press("Enter")
    expect(teacher.locator(".st-key-teachers [data-testid=stDataFrame]")).to_be_visible()

    teacher.locator(".st-key-invite_link input").fill("/train?epochs=100&seed=3")
    teacher.locator(".st-key-invite_words input").fill("Let it learn for <b>long</b>")
    teacher.locator(".st-key-invite button").click()
    expect(teacher.get_by_text("Everybody is asked to open Train.")).to_be_visible()

    banner = student.locator(".st-key-invited")
    expect(banner).to_contain_text("Your teacher asks everybody to open Train. Let it learn for <b>long</b>")
    expect(teacher.locator(".st-key-invited")).to_have_count(0)
    student.locator(".st-key-invitation_open button").click()
    expect(student.locator(".st-key-epochs input")).to_have_value("100")
    expect(banner).to_have_count(0)

    student.get_by_text("What the teacher sees of you").click()
    student.locator(".st-key-my_name input").fill("Anna")
    student.locator(".st-key-my_name input").press("Enter")
    student.locator(".st-key-train button").click()
    expect(student.locator(".st-key-progress")).to_contain_text("Epoch")
    table = teacher.locator(".st-key-teachers [data-testid=stDataFrame]")
    expect(table.get_by_text("Anna", exact=True)).to_have_count(1)
    expect(table).to_contain_text("epoch")

    box = table.bounding_box()
    teacher.mouse.click(box["x"] + 15, box["y"] + 52)  # the tick of the first row
    expect(teacher.locator(".st-key-progress")).to_contain_text("Epoch")
    teacher.get_by_role("button", name="End all of Anna").click()
    expect(student.locator(".st-key-progress")).to_contain_text("stopped")
