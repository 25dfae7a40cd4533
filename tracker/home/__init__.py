"""The first page (我的工作): what waits for a person, a module for each group of roles."""
