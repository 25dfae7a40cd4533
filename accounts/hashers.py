"""How passwords are stored."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class OfficeArgon2(Argon2PasswordHasher):
    """Argon2id with RFC 9106's second recommended setting, for machines short of memory.

    64 MiB and 4 lanes a verification: a server of few gigabytes bears as many at once as it has
    threads.
    """

    time_cost = 3
    memory_cost = 65536
    parallelism = 4
