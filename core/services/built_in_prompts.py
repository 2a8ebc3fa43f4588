"""The writer and the inventor that need no key, no network and no money."""

from core.domain.money import ZERO
from core.domain.persona_invention import invent_personas
from core.domain.persona_prompts import PromptTask, template_prompt
from core.domain.persona_reading import RowProblem
from core.domain.usage import Estimate
from core.services.prompt_ports import Invented, Written

TEMPLATE = "template"
UNHEARD = RowProblem(
    row=None, sentence="The built-in generator cannot read wishes: these people were drawn without them."
)
FREE = Estimate(low=ZERO, high=ZERO, held=ZERO)


class TemplateWriter:
    """Fills in the built-in template."""

    name = TEMPLATE
    title = "Built-in template"

    def is_ready(self, api_key: str | None = None) -> bool:  # noqa: ARG002
        return True

    def estimate(self, task: PromptTask) -> Estimate:  # noqa: ARG002
        return FREE

    async def write(self, task: PromptTask, *, api_key: str | None = None) -> Written:  # noqa: ARG002
        """See ``PromptWriter.write``; never fails."""
        return self.written(task)

    def written(self, task: PromptTask) -> Written:
        """The same, at once."""
        return Written(prompt=template_prompt(task), writer=self.name, cost=ZERO)


class BuiltInInventor:
    """Draws people from lists of names, towns, work and pastimes. It cannot read wishes."""

    name = "built-in"
    title = "Built-in generator"

    def is_ready(self, api_key: str | None = None) -> bool:  # noqa: ARG002
        return True

    def estimate(self, count: int, wishes: str = "") -> Estimate:  # noqa: ARG002
        return FREE

    async def invent(self, count: int, wishes: str = "", *, seed: int = 0, api_key: str | None = None) -> Invented:  # noqa: ARG002
        """See ``PersonaInventor.invent``; up to 1,000 at once."""
        return Invented(
            personas=invent_personas(count, seed=seed),
            problems=(UNHEARD,) if wishes.strip() else (),
            inventor=self.name,
            cost=ZERO,
        )
