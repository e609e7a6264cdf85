#!/bin/sh
# Starts Redis with the settings of the ConfigMap, its own name, and the primary that it last followed: Sentinel writes it
# into the copy on the volume. At the very first start the first pod is the primary.
set -eu
umask 077
config=${CONFIG_DIR:-/etc/redis} secrets=${SECRETS_DIR:-/etc/redis-secrets} data=${DATA_DIR:-/data}
port=${REDIS_PORT:-6379} first_port=${FIRST_PORT:-$port}
own=${POD_NAME}${POD_DOMAIN:-}
first=${FIRST_POD:-redis-0}${POD_DOMAIN:-}
password=$(sed -n 's/^user sentinel .*>\([^ ]*\).*/\1/p' "$secrets/users.acl")

following=
if [ -f "$data/redis.conf" ]; then
  following=$(sed -n 's/^replicaof //p' "$data/redis.conf" | tail -n 1)
elif [ "$own:$port" != "$first:$first_port" ]; then
  following="$first $first_port"
fi

{
  echo "include $config/redis.conf"
  echo "include $config/overlay.conf"
  echo "port $port"
  echo "dir $data"
  echo "aclfile $secrets/users.acl"
  echo "replica-announce-ip $own"
  echo "replica-announce-port $port"
  echo "masterauth $password"
  [ -z "$following" ] || echo "replicaof $following"
} > "$data/redis.conf.new"
mv "$data/redis.conf.new" "$data/redis.conf"
exec "${REDIS_SERVER:-redis-server}" "$data/redis.conf"
