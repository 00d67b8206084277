"""Pictures, the film and the language files, made by programs."""
