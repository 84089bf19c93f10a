-- Three accounts for one database: psql -d postgres -v owner_password=… -v app_password=… -v reader_password=… -f postgresql.sql
-- The owner upgrades the tables, the application reads and writes rows, the reader only reads.
CREATE ROLE migration_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE migration_app LOGIN PASSWORD :'app_password';
CREATE ROLE migration_reader LOGIN PASSWORD :'reader_password' CONNECTION LIMIT 5;
ALTER ROLE migration_app SET idle_in_transaction_session_timeout = '10min';
ALTER ROLE migration_reader SET default_transaction_read_only = on;
ALTER ROLE migration_reader SET statement_timeout = '30s';

CREATE DATABASE migration OWNER migration_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE migration FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE migration TO migration_app;
GRANT CONNECT ON DATABASE migration TO migration_reader;

\connect migration
-- For searches; without postgresql-contrib, they read all texts once.
SELECT 'CREATE EXTENSION IF NOT EXISTS pg_trgm' FROM pg_available_extensions WHERE name = 'pg_trgm' \gexec
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO migration_owner;
GRANT USAGE ON SCHEMA public TO migration_app, migration_reader;

-- For the tables that the owner's upgrades will create.
ALTER DEFAULT PRIVILEGES FOR ROLE migration_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO migration_app;
ALTER DEFAULT PRIVILEGES FOR ROLE migration_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO migration_app;
ALTER DEFAULT PRIVILEGES FOR ROLE migration_owner IN SCHEMA public
    GRANT SELECT ON TABLES TO migration_reader;
