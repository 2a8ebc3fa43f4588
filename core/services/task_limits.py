"""How long a worker may take for one job: a soft limit that stops the provider's call, a hard one that gives it up."""

from collections.abc import Callable
from dataclasses import dataclass

from core.domain.job import Job
from core.domain.model import Model


@dataclass(frozen=True, kw_only=True)
class TaskLimits:
    """Seconds, as the settings say; a model's own figure goes before the hard one, and the soft one keeps its share."""

    soft_seconds: float
    hard_seconds: float
    find_model: Callable[[str, str], Model]

    def hard(self, job: Job) -> float:
        """After this the job is given up, and a sweep says what became of it."""
        own = self.find_model(job.provider, job.request.model).task_seconds
        return self.hard_seconds if own is None else float(own)

    def soft(self, job: Job) -> float:
        """After this the provider's call is stopped, which leaves time to keep what has come."""
        return self.hard(job) * self.soft_seconds / self.hard_seconds
