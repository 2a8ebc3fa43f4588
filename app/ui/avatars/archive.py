"""The accepted pictures of a set as one ZIP, written while it is sent, and the list of them as CSV or JSON."""

import csv
import io
import json
from collections.abc import Iterator
from zipfile import ZipFile

from app.ui.library.sending import sendings
from app.workbench import workbench
from core.domain.csv_cells import guarded
from core.domain.persona import NEEDED
from core.domain.visitor import Visitor
from core.services.zipping import Outlet, member

COLUMNS = ("file", *NEEDED, "number", "key", "url", "verdict", "problems")


def sending_name(set_id: str) -> str:
    """Under which the page finds how far the ZIP is."""
    return f"avatars {set_id}"


def followed_set(id: str, visitor: Visitor) -> Iterator[bytes]:
    """The ZIP piece by piece, counted for the visitor's page; a browser that goes away ends it early."""
    bench = workbench()
    total = len(bench.avatars.listing(id, visitor))
    sending = sendings().begin(visitor.owner, sending_name(id), total)
    sending.total = total
    outlet, now = Outlet(), bench.clock()
    try:
        with ZipFile(outlet, "w") as archive:
            for name, data in bench.avatars.export(id, visitor):
                archive.writestr(member(name, now, small=name.endswith(".json")), data)
                yield outlet.taken()
                sending.sent = min(sending.sent + 1, total)
        yield outlet.taken()
    finally:
        sending.ended = True


def list_of_set(id: str, visitor: Visitor, form: str) -> tuple[bytes, str]:
    """The accepted pictures with their keys and addresses; the bytes and their media type."""
    entries = workbench().avatars.listing(id, visitor)
    if form == "json":
        return json.dumps(entries, indent=1, ensure_ascii=False).encode(), "application/json"
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(COLUMNS)
    for entry in entries:
        flat = {**entry, **entry["persona"], "problems": " ".join(entry["problems"])}
        table.writerow(guarded(str(flat[name])) for name in COLUMNS)
    return out.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8"
