# Where the API is, and who may purge: the only part of the configuration that differs from place to place.
backend default {
    .host = "api";
    .port = "3000";
    .first_byte_timeout = 30s; # the longest fetch; the purge queue's second purge comes after it
    .max_connections = 200;
}

# The hosts of the API and its worker. By name where they have one; a purge from anywhere else is refused.
acl purgers {
    "127.0.0.1";
    "::1";
    "api";
}
