"""API keys on the settings page: made, seen once, revoked."""

from decimal import Decimal

from app.workbench import serve_routes
from core.bootstrap import Workbench
from core.domain.visitor import Visitor
from tests.app.shell import all_text, press, run_page

EVERYBODY = Visitor(owner="local", operator=True)


def test_a_visitor_makes_a_key_sees_it_once_and_revokes_it(bench: Workbench) -> None:
    assert "API keys" not in all_text(run_page("pages/settings.py"))
    serve_routes()
    page = run_page("pages/settings.py")
    press(page, "new_key")
    assert "A key needs a name" in page.error[0].value

    page.text_input(key="new_key_name_0").set_value("plugin")
    page.number_input(key="new_key_day_0").set_value(2.5)
    press(page, "new_key")
    text, (use,) = page.code[0].value, bench.keys.list(EVERYBODY)
    assert bench.keys.find(text) is not None
    assert (use.key.owner, use.key.budgets.day) == (page.session_state["gesso_owner"], Decimal("2.5"))
    assert page.text_input(key="new_key_name_1").value == ""

    press(page, "new_key_close")
    assert text not in all_text(page)
    assert "$0.00 of $2.50 today" in all_text(page).replace("\\\\", "")

    press(page, f"revoke_{use.key.id}")
    assert bench.keys.find(text) is None
    assert use.key.shown not in all_text(page)
