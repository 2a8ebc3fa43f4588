"""Steps that the tests of the browser door share."""

from io import BytesIO
from pathlib import Path

from PIL import Image
from streamlit.testing.v1 import AppTest

from core.bootstrap import Workbench
from core.domain.job import Job
from core.domain.request import GenerateRequest
from core.domain.visitor import Visitor
from core.services.importing_pictures import Source

ROOT = Path(__file__).parents[2]


def run_page(name: str) -> AppTest:
    """A page or script of the app, run once."""
    return AppTest.from_file(str(ROOT / name), default_timeout=20).run()


def all_text(page: AppTest) -> str:
    """Everything that the page sent to the browser."""
    return "\n".join(str(element.proto) for block in (page.main, page.sidebar) for element in block)


def painted(bench: Workbench, visitor: Visitor, prompt: str = "a red fox", **options: object) -> Job:
    """A finished job of the demo provider."""
    request = GenerateRequest(prompt=prompt, model="gpt-image-2.6-sunburst", quality="low", **options)  # type: ignore[arg-type]
    return bench.studio.wait(bench.studio.submit(request, visitor).id, seen=lambda _: None, interval=0.03)


def shelved(bench: Workbench, visitor: Visitor, prompt: str, count: int) -> None:
    """So many small pictures in the library, each with its number in its prompt: quicker than to have them painted."""
    sources = [
        Source(name=f"{prompt} {number}.png", read=lambda number=number: _small(number))  # type: ignore[misc]
        for number in range(count)
    ]
    bench.importer.take_in(sources, visitor, total=count, seen=lambda _: None)


def _small(number: int) -> bytes:
    out = BytesIO()
    Image.new("RGB", (16, 16), (number, 90, 60)).save(out, "PNG")
    return out.getvalue()


def press(page: AppTest, key: str) -> AppTest:
    """Click a button and see what the page shows then."""
    return page.button(key=key).click().run()


def upload(page: AppTest, *files: tuple[str, bytes, str]) -> AppTest:
    """Give the page's first uploader these files, as (name, bytes, media type)."""
    uploader = page.file_uploader[0]
    uploader.set_value(list(files) if uploader.proto.multiple_files else files[0])
    return page.run()
