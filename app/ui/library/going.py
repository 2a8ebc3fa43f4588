"""From a job to the page that its kind belongs to, where it is shown large."""

from app.ui.choices import choices_of, choose
from app.ui.editing.opening import NAMES
from app.ui.editing.running import is_edited, is_inpainted
from app.ui.editing.views import RESULT, open_view
from app.ui.navigation import EDIT, GENERATE, INPAINT, go
from app.ui.selection import JOB
from core.domain.job import Job


def go_to_job(job: Job) -> None:
    """Open the page of a job and choose it there."""
    page = INPAINT if is_inpainted(job) else EDIT if is_edited(job) else GENERATE
    with choices_of(NAMES[page]):
        choose(JOB, job.id)
        choose("image", None)
        open_view(RESULT)
    go(page)
