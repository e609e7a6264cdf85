-- The trace that a command belongs to (W3C trace-id, 32 hex digits): what gateway, subgraph, submitter and projector logged of it.
alter table app.command add column trace_id text;
