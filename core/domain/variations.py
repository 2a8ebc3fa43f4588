"""Alternatives to a picture: an edit with words of ours, since the API's own variations are gone."""

VARIATION_PROMPT = (
    "Make a variation of this picture: the same subject, style and mood, "
    "with a composition, a viewpoint and details of its own."
)
