"""An administrator begins a conversation from a template and attaches its first document, on a phone and without scripts."""

import re

import pytest
from playwright.sync_api import expect

from deliberation.values import Role
from tests.browser.site import Site
from tests.browser.visitors import PHONE, Visitors
from tests.support.files import PDF

pytestmark = pytest.mark.browser


def test_a_conversation_begins_from_a_template_and_gets_its_brief(visit: Visitors, site: Site) -> None:
    admin = visit(site.address, viewport=PHONE, java_script_enabled=False)
    site.sign_in(admin, Role.ADMIN)
    admin.goto("/admin/new")
    admin.get_by_role("link", name="Budget priorities").click()
    topic = admin.get_by_label("Topic", exact=True)
    expect(topic).to_have_value("What should come first in the budget for [year]?")
    expect(admin.get_by_label("Days of the stage “Opinion”")).to_have_value("21")
    admin.get_by_label("Address", exact=True).fill("our budget")
    topic.fill("What should come first in the budget for next year?")
    admin.get_by_role("button", name="Open the conversation").click()
    expect(admin.get_by_role("alert")).to_contain_text("Use small letters")
    expect(topic).to_have_value("What should come first in the budget for next year?")
    admin.get_by_label("Address", exact=True).fill("our-budget")
    admin.get_by_role("button", name="Open the conversation").click()

    admin.get_by_role("link", name="How much can be decided, and by when").click()
    documents = admin.locator("#documents")
    expect(documents.get_by_label("Title", exact=True)).to_have_value("How much can be decided, and by when")
    documents.get_by_label("File (optional)").set_input_files(
        {"name": "../brief.pdf", "mimeType": "application/pdf", "buffer": b"MZ" + bytes(300)}
    )
    documents.get_by_role("button", name="Attach").click()
    expect(documents.get_by_text("This kind of file cannot be attached.")).to_be_visible()
    expect(documents.get_by_label("Title", exact=True)).to_have_value("How much can be decided, and by when")
    documents.get_by_label("File (optional)").set_input_files({"name": "予算.pdf", "mimeType": "application/pdf", "buffer": PDF})
    documents.get_by_role("button", name="Attach").click()

    resident = visit(site.address, viewport=PHONE, java_script_enabled=False)
    resident.goto("/c/our-budget/policy")
    brief = resident.get_by_role("link", name="How much can be decided, and by when")
    expect(brief).to_have_attribute("href", re.compile(r"^/files/[\w-]+/%E4%BA%88%E7%AE%97\.pdf$"))
    expect(resident.get_by_text("2 things that belong to these stages are missing.")).to_be_visible()
    expect(resident.locator("#reflection")).to_be_hidden()
    resident.goto("/c/our-budget/policy#reflection")
    expect(resident.locator("#reflection")).to_be_visible()
