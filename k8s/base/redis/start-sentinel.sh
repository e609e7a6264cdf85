#!/bin/sh
# Starts Sentinel with the settings of the ConfigMap and what it knew before: who is primary, the others, its own number.
# At the very first start the first pod is the primary.
set -eu
umask 077
config=${CONFIG_DIR:-/etc/redis} secrets=${SECRETS_DIR:-/etc/redis-secrets} data=${DATA_DIR:-/data}
port=${SENTINEL_PORT:-26379}
own=${POD_NAME}${POD_DOMAIN:-}
first=${FIRST_POD:-redis-0}${POD_DOMAIN:-}
password=$(sed -n 's/^user sentinel .*>\([^ ]*\).*/\1/p' "$secrets/users.acl")

monitor="sentinel monitor gx $first ${FIRST_PORT:-6379} 2"
learned=
if [ -f "$data/sentinel.conf" ]; then
  monitor=$(grep '^sentinel monitor gx ' "$data/sentinel.conf")
  learned=$(grep -E '^sentinel (myid|current-epoch|config-epoch|leader-epoch|known-replica|known-sentinel) ' "$data/sentinel.conf" || true)
fi

# The same users and passwords, with what there is to ask a Sentinel: the two know different commands.
asking='&* -@all +ping +info +role +client +subscribe +unsubscribe +sentinel|get-master-addr-by-name +sentinel|sentinels +sentinel|ckquorum'
{
  echo 'user default off'
  echo 'user probe on nopass -@all +ping'
  echo "user sentinel on >$password &* +@all"
  sed -n "/^user sentinel /!s/^user \([^ ]*\) on \(>[^ ]*\) .*/user \1 on \2 $(printf %s "$asking" | sed 's/&/\\&/g')/p" "$secrets/users.acl"
} > "$data/sentinel-users.acl"

{
  echo "$monitor"
  grep -v '^#' "$config/sentinel.conf"
  echo "port $port"
  echo "aclfile $data/sentinel-users.acl"
  echo "sentinel announce-ip $own"
  echo "sentinel announce-port $port"
  echo "sentinel auth-pass gx $password"
  echo "sentinel sentinel-pass $password"
  echo "$learned"
} > "$data/sentinel.conf.new"
mv "$data/sentinel.conf.new" "$data/sentinel.conf"
exec "${REDIS_SERVER:-redis-server}" "$data/sentinel.conf" --sentinel
