-- Appointments that ended stay: the list of all, and of those of one status, newest first.
create index admin_appointment_by_position on read.admin_appointment (position desc);
create index admin_appointment_by_status on read.admin_appointment (status, position desc);
