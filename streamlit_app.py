"""The browser's front door: ``streamlit run streamlit_app.py`` serves pages and pictures from one port."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.scriptrunner import get_script_run_ctx

from app.ui.cookie import VisitorCookie
from app.ui.routes import picture_routes
from app.workbench import serve_routes, shutdown, workbench
from core.errors import GessoError

log = logging.getLogger("app")


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Start the workbench with the server, and let running jobs finish before it stops."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    serve_routes()
    try:
        await asyncio.to_thread(workbench)
    except GessoError as error:
        log.error("%s", error)  # every page says it too, and tries again
    yield
    # In a thread, so that the loop lives on and pages can watch their jobs end.
    await asyncio.to_thread(shutdown)


if get_script_run_ctx(suppress_warning=True) is None:
    app = st.App("app/ui/frame.py", routes=picture_routes(), middleware=[Middleware(VisitorCookie)], lifespan=lifespan)
else:
    # A host that runs this file as a plain script: no routes, so pictures go through st.image.
    from app.ui.frame import frame

    frame()
