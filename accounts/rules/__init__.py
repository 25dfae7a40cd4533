"""Rules of the organisation as pure functions: no database, settings or clock."""
