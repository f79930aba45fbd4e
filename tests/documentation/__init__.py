"""The pages of the documentation: what stands on them, what is generated, what commands print."""
