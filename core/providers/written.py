"""Takes an image prompt, or personas, out of what a text model or a chatflow said."""

import json
import re
from collections.abc import Mapping

from core.domain.persona_reading import ReadPersonas, personas_from_json
from core.domain.prompt_briefs import MAX_WRITTEN
from core.errors import ProviderAnswerError
from core.providers.openai_complaints import Caller

THOUGHT = re.compile(r"<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
"""What some local models say to themselves before they answer."""
FENCED = re.compile(r"\s*```[\w-]*[ \t]*\n(.*?)\n?```\s*", re.DOTALL)
LABEL = re.compile(r"^(?:\*\*)?(?:image )?prompt(?:\*\*)?:(?:\*\*)?\s*", re.IGNORECASE)
QUOTES = (('"', '"'), ("“", "”"), ("'", "'"), ("«", "»"))
PLACES = ("prompt", "image_prompt", "text", "output", "answer")
"""Where a JSON answer has the prompt."""


def written_prompt(said: str, caller: Caller) -> str:
    """The prompt alone: without fences, quotes, a label, JSON around it. Raises ProviderAnswerError."""
    text = _unwrapped(THOUGHT.sub("", said).strip())
    if not text:
        raise _useless(caller, "wrote no prompt")
    if len(text) > MAX_WRITTEN:
        raise _useless(caller, f"wrote {len(text):,} characters where a prompt has at most {MAX_WRITTEN:,}")
    return text


def written_personas(said: str, caller: Caller) -> ReadPersonas:
    """The personas and the problems of an answer. Raises ProviderAnswerError if not one persona is in it."""
    found = personas_from_json(THOUGHT.sub("", said))
    if not found.personas:
        reasons = " ".join(str(problem) for problem in found.problems[:3])
        raise _useless(caller, f"gave no persona that can be used: {caller.redacted(reasons).rstrip('.')}")
    return found


def _unwrapped(text: str) -> str:
    if fenced := FENCED.fullmatch(text):
        text = fenced[1].strip()
    if text.startswith(("{", "[")):
        text = _named(text)
    text = LABEL.sub("", text).strip()
    for left, right in QUOTES:
        if len(text) > 1 and text.startswith(left) and text.endswith(right) and left not in text[1:-1]:
            return text[1:-1].strip()
    return text


def _named(text: str) -> str:
    """The prompt of a JSON object, or the lines of a list; other JSON is no prompt, and what is none stays as it is."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError:
        return text
    if isinstance(data, list):
        return "\n".join(data) if all(isinstance(line, str) for line in data) else ""
    told = data if isinstance(data, Mapping) else {}
    return next((str(told[name]).strip() for name in PLACES if isinstance(told.get(name), str)), "")


def _useless(caller: Caller, what: str) -> ProviderAnswerError:
    return ProviderAnswerError(
        f"{caller.title} {what}. Its answer may have been billed.",
        provider=caller.provider,
    )
