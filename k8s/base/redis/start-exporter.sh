#!/bin/sh
# Starts the exporter as the user that may only look. Its password goes over a file, never over the environment.
set -eu
umask 077
secrets=${SECRETS_DIR:-/etc/redis-secrets}
address=redis://${REDIS_HOST:-127.0.0.1}:${REDIS_PORT:-6379}
password=$(sed -n 's/^user exporter .*>\([^ ]*\).*/\1/p' "$secrets/users.acl")
printf '{"%s":"%s"}' "$address" "$password" > /tmp/exporter-password.json
exec "${REDIS_EXPORTER:-prometheus-redis-exporter}" \
  -web.listen-address "${LISTEN:-:9121}" -redis.addr "$address" -redis.user exporter \
  -redis.password-file /tmp/exporter-password.json
