"""Business rules as pure functions: no database, settings or clock."""
