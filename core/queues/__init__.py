"""Who runs a job: threads of this process by default."""
