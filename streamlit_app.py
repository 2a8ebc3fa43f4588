"""The browser's front door: ``streamlit run streamlit_app.py`` serves pages, pictures and the API from one port."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.scriptrunner import get_script_run_ctx

from app.api.door import PATHS, api_routes
from app.ui import access
from app.ui.cookie import VisitorCookie
from app.ui.pictures_route import pictures_route
from app.ui.prefix import base
from app.ui.sign_in import PasswordGate
from app.workbench import serve_routes, shutdown, workbench
from core.errors import GessoError

log = logging.getLogger("app")


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Start the workbench beside the server, and let running jobs finish before it stops."""
    serve_routes()
    # Not awaited: the server answers at once, and a page that comes early waits for the workbench itself.
    threading.Thread(target=_build, name="gesso-start", daemon=True).start()
    yield
    # In a thread, so that the loop lives on and pages can watch their jobs end.
    await asyncio.to_thread(shutdown)


def _build() -> None:
    from app.logs import set_up
    from core.settings import Settings

    try:
        set_up(Settings.load())
        if access.listens_elsewhere() and workbench().settings.app_password is None:
            log.warning("%s", access.WARNING)
        workbench()
    except GessoError as error:
        log.error("%s", error)  # every page says it too, and tries again


if get_script_run_ctx(suppress_warning=True) is None:
    around = [Middleware(PasswordGate, open_paths=PATHS), Middleware(VisitorCookie)]
    routes = [pictures_route(), *api_routes(base())]
    app = st.App("app/ui/frame.py", routes=routes, middleware=around, lifespan=lifespan)
else:
    # A host that runs this file as a plain script: no routes, so pictures go through st.image.
    from app.ui.frame import frame

    frame()
