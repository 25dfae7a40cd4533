"""Clients of an office's directory of people: LDAP, and an OpenID Connect provider."""
