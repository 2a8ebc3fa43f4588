"""Which job and image the page shows: kept for the tab, and in the address so that a link opens it again."""

import streamlit as st

from app.ui.choices import choose, chosen

JOB = "job"


def selected_job() -> str | None:
    """The chosen job's id; the address counts when this tab has chosen nothing yet."""
    return chosen(JOB) or st.query_params.get(JOB)


def selected_image() -> str | None:
    """The chosen image's id, of whichever job."""
    image_id: str | None = chosen("image")
    return image_id


def select(job_id: str | None, image_id: str | None = None) -> None:
    """Choose a job (and one of its images); None goes back to the newest."""
    choose(JOB, job_id)
    choose("image", image_id)
    show_in_address(job_id)


def show_in_address(job_id: str | None) -> None:
    """Write the job into the address; a page switch has wiped it."""
    if job_id is None:
        st.query_params.pop(JOB, None)
    elif st.query_params.get(JOB) != job_id:
        st.query_params[JOB] = job_id
