-- Two roles in PostgreSQL: pactcards_owner makes the tables, and pactcards, which serves, can only read and write rows.
-- As a superuser: psql -1 -v ON_ERROR_STOP=1 -d pactcards -f pactcards/deploy/two-roles.sql; the database may be empty or
-- in use: all happens or, where too much goes on, nothing. It may be run again. Then give both a password (\password in
-- psql) and set DATABASE_URL and MIGRATE_DATABASE_URL.
SET lock_timeout = '5s';
DO $$
DECLARE relation regclass;
BEGIN
  IF to_regrole('pactcards') IS NULL THEN CREATE ROLE pactcards LOGIN; END IF;
  IF to_regrole('pactcards_owner') IS NULL THEN CREATE ROLE pactcards_owner LOGIN; END IF;
  EXECUTE format('ALTER DATABASE %I OWNER TO pactcards_owner', current_database());
  -- whoever made them; their sequences go with them
  FOR relation IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') LOOP
    EXECUTE format('ALTER TABLE %s OWNER TO pactcards_owner', relation);
  END LOOP;
END $$;
ALTER ROLE pactcards NOSUPERUSER NOCREATEDB NOCREATEROLE;
ALTER ROLE pactcards_owner NOSUPERUSER CREATEDB NOCREATEROLE;  -- to try backups out in a database of their own
REASSIGN OWNED BY pactcards TO pactcards_owner;
REVOKE CREATE ON SCHEMA public FROM PUBLIC, pactcards;
GRANT USAGE, CREATE ON SCHEMA public TO pactcards_owner;
GRANT USAGE ON SCHEMA public TO pactcards;
-- what is there
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO pactcards;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO pactcards;
-- what migrate and restore will make
ALTER DEFAULT PRIVILEGES FOR ROLE pactcards_owner IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO pactcards;
ALTER DEFAULT PRIVILEGES FOR ROLE pactcards_owner IN SCHEMA public
  GRANT USAGE, SELECT ON SEQUENCES TO pactcards;
