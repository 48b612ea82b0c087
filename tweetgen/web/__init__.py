"""Pages: links that decide, the state of the service, its metrics; FastAPI and Jinja2 live here and nowhere else."""
