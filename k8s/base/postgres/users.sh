#!/bin/sh
# Run once, when the cluster is made, with the address of its superuser: the database, its owner, and a user for each kind of
# process with no more rights than that kind needs. The passwords are those of the addresses in the Secret.
set -eu
umask 077
secrets=${SECRETS_DIR:-/etc/postgres-secrets}
psql=${PSQL:-psql}

password() {
  given=$(sed -n 's#^[a-z]*://[^:]*:\([^@]*\)@.*#\1#p' "$secrets/$1")
  [ -n "$given" ] || { echo "users: $secrets/$1 holds no address with a password" >&2; exit 1; }
  case $given in *[!A-Za-z0-9_.~-]*) echo "users: the password in $secrets/$1 has letters that an address must escape" >&2; exit 1 ;; esac
  printf %s "$given"
}
api=$(password url-api) submitter=$(password url-submitter) projector=$(password url-projector) migrate=$(password url-migrate)

"$psql" -X -q -v ON_ERROR_STOP=1 "$1" <<SQL
create role gx_owner nologin;
create role gx_api login password '$api';
create role gx_submitter login password '$submitter';
create role gx_projector login password '$projector';
create role gx_migrate login password '$migrate' in role gx_owner;
create role gx_monitor login in role pg_monitor;
create database gx_protocol owner gx_owner;
-- What a migration or a rebuild makes belongs to the owner, whoever runs it.
alter role gx_migrate in database gx_protocol set role = 'gx_owner';
revoke connect, temporary on database gx_protocol from public;
grant connect on database gx_protocol to gx_api, gx_submitter, gx_projector, gx_migrate, gx_monitor;
\\connect gx_protocol
-- Everybody reads; the command log is written by all three, the read models by the projector alone.
alter default privileges for role gx_owner grant usage on schemas to gx_api, gx_submitter, gx_projector;
alter default privileges for role gx_owner grant select on tables to gx_api, gx_submitter, gx_projector;
alter default privileges for role gx_owner grant usage on sequences to gx_api, gx_submitter, gx_projector;
alter default privileges for role gx_owner grant insert, update, delete on tables to gx_projector;
set role gx_owner;
create schema app;
reset role;
alter default privileges for role gx_owner in schema app grant insert, update, delete on tables to gx_api, gx_submitter;
SQL
