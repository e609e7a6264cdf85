#!/bin/sh
# Starts Patroni with the settings of the ConfigMap, the addresses of this member and the passwords, which it takes from files.
set -eu
umask 077
config=${CONFIG_DIR:-/etc/patroni} secrets=${SECRETS_DIR:-/etc/postgres-secrets} run=${RUN_DIR:-/run/patroni}
address=${PATRONI_KUBERNETES_POD_IP:-127.0.0.1}

mkdir -p "$run" /run/postgresql 2>/dev/null || mkdir -p "$run"
cp "$config/patroni.yaml" "$run/10-patroni.yaml"
if [ -f "$config/kubernetes.yaml" ]; then cp "$config/kubernetes.yaml" "$run/20-kubernetes.yaml"; fi

# Read by PostgreSQL, never printed: in quotes of YAML, where a quote is written twice.
quoted() { printf "'%s'" "$(sed "s/'/''/g" "$secrets/$1")"; }
cat > "$run/30-member.yaml" <<MEMBER
name: $PATRONI_NAME
restapi:
  connect_address: $address:${PATRONI_PORT:-8008}
postgresql:
  connect_address: $address:${POSTGRES_PORT:-5432}
  authentication:
    superuser:
      username: postgres
      password: $(quoted superuser)
      sslmode: require
    replication:
      username: gx_replication
      password: $(quoted replication)
      sslmode: require
MEMBER
exec "${PATRONI:-patroni}" "$run"
