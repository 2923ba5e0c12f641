-- A role for the processes that may not rewrite the log: run as the owner of the tables, after each
-- `python manage.py migrate`, with psql or any other client. Before it, once, as a superuser:
--   CREATE ROLE countersign_app LOGIN PASSWORD '...';
GRANT USAGE ON SCHEMA public TO countersign_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO countersign_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO countersign_app;
GRANT EXECUTE ON FUNCTION countersign_transaction_offset() TO countersign_app;

-- Events, seals, records of removals and of lost keys are only ever added to; the relay notes when it pushed an event.
REVOKE UPDATE, DELETE, TRUNCATE ON governance_event, governance_seal, governance_sealcheckpoint,
    governance_sealkeyloss FROM countersign_app;
GRANT UPDATE (pushed_at) ON governance_event TO countersign_app;

-- Tables are the owner's to change.
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON django_migrations FROM countersign_app;
