"""The JSON documents: one function for each kind, after the schemas in `carikm/cli/schemas/`.

Scripts live on them. Fields are only ever added; anything else is a new version of the schema.
"""
