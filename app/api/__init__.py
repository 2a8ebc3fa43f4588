"""The HTTP door: OpenAI's image endpoints field for field, and Gesso's own jobs, over the same studio as the pages."""
