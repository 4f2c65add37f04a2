# pinwarden: ignore OPS-12 vendor has no tags until 2099-01-31
FROM vendor/tool
