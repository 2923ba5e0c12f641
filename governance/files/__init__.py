"""Reading files of records, row by row: a bad row costs only itself."""
