"""``gesso worker``: a process that runs jobs which others submitted, with Celery between them."""

import logging
import os
from typing import Annotated

import typer

from app.cli.door import new_app
from app.cli.exits import OK
from app.cli.output import note
from app.logs import set_up
from core.settings import Settings

app = new_app()


@app.command()
def worker(
    concurrency: Annotated[
        int | None,
        typer.Option("--concurrency", "-c", metavar="N", min=1, help="Jobs at once; CONCURRENCY if left out."),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="How Flower lists it; must differ on one machine.")
    ] = None,
) -> int:
    """Take jobs from the broker and run them until Ctrl-C or SIGTERM; running jobs then finish first.

    QUEUE=celery, CELERY_BROKER_URL, DATABASE_URL and where pictures are kept must be the same as the app's.
    """
    if concurrency is not None:
        os.environ["CONCURRENCY"] = str(concurrency)  # the workbench of this process reads it
    settings = Settings.load()
    from app.worker import worker_app

    celery = worker_app()
    set_up(settings)
    for chatty in ("alembic", "httpx2"):  # Celery lets everybody's INFO through
        logging.getLogger(chatty).setLevel(logging.WARNING)
    note(f"This worker runs up to {settings.concurrency} jobs at once - Ctrl-C ends it.")
    # Twice as many tasks as places at providers: the others store what came, or wait for the next free place.
    arguments = ["worker", "--pool", "threads", "--concurrency", str(2 * settings.concurrency), "--without-gossip"]
    arguments += ["--hostname", f"{name or os.getpid()}@%h", "--loglevel", settings.log_level, "--without-mingle"]
    celery.worker_main(arguments)
    return OK
