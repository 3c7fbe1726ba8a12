-- SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
-- SPDX-License-Identifier: EUPL-1.2
--
-- The three database roles and what each may do; the one file for launcher, tests and compose (PostgreSQL 15 to 18).
-- Run it as a superuser inside the portal's database, before the migrations; running it again changes nothing.
--
--   jp_owner   owns schema public and runs the migrations; subject to row-level security like everybody (FORCE)
--   jp_app     web and workers: reads and writes rows, cannot alter, truncate or bypass anything
--   jp_backup  reads all rows of all tenants (pg_dump fails under row-level security without BYPASSRLS)
--
-- Settings of the session that runs it (options=-c name=value, or PGOPTIONS); each may be left out:
--   jp.owner_password, jp.app_password, jp.backup_password   left out: the password stays as it is (none at first)
--   jp.owner_createdb=on                                      tests only: lets jp_owner create databases

DO $roles$
DECLARE
    wanted record;
BEGIN
    -- Two test workers may run this at once in two databases of one server: an advisory lock is per database, while
    -- pg_authid is shared by all of them. Without it the second ALTER ROLE fails with "tuple concurrently updated".
    BEGIN
        LOCK TABLE pg_catalog.pg_authid IN SHARE ROW EXCLUSIVE MODE;
    EXCEPTION WHEN insufficient_privilege THEN
        NULL;  -- managed servers lend no superuser; nobody races there
    END;
    FOR wanted IN
        SELECT * FROM (VALUES
            ('jp_owner', 'NOBYPASSRLS', current_setting('jp.owner_password', true),
                CASE current_setting('jp.owner_createdb', true) WHEN 'on' THEN 'CREATEDB' ELSE 'NOCREATEDB' END),
            ('jp_app', 'NOBYPASSRLS', current_setting('jp.app_password', true), 'NOCREATEDB'),
            ('jp_backup', 'BYPASSRLS', current_setting('jp.backup_password', true), 'NOCREATEDB')
        ) AS v (name, rls, password, createdb)
    LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted.name) THEN
            EXECUTE format('CREATE ROLE %I', wanted.name);
        END IF;
        EXECUTE format(
            'ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEROLE NOREPLICATION INHERIT %s %s',
            wanted.name, wanted.rls, wanted.createdb
        );
        IF wanted.password <> '' THEN
            EXECUTE format('ALTER ROLE %I PASSWORD %L', wanted.name, wanted.password);
        END IF;
    END LOOP;
    -- A second line behind the grants: whatever jp_backup is ever granted by mistake, it stays a reader.
    ALTER ROLE jp_backup SET default_transaction_read_only = on;

    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO jp_owner, jp_app, jp_backup', current_database());
END
$roles$;

-- The exclusion constraint on taken time compares plain columns (=) and ranges (&&) in one GiST index.
CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;

ALTER SCHEMA public OWNER TO jp_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO jp_app, jp_backup;

-- Tables come later, from the migrations; these rules are applied to each as it is created.
-- No TRUNCATE for anybody but the owner: it ignores row-level security.
ALTER DEFAULT PRIVILEGES FOR ROLE jp_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO jp_app;
ALTER DEFAULT PRIVILEGES FOR ROLE jp_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO jp_app;
ALTER DEFAULT PRIVILEGES FOR ROLE jp_owner IN SCHEMA public GRANT SELECT ON TABLES TO jp_backup;
ALTER DEFAULT PRIVILEGES FOR ROLE jp_owner IN SCHEMA public GRANT SELECT ON SEQUENCES TO jp_backup;
