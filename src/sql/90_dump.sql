-- Bodies and history are the user's data, so pg_dump includes them.
SELECT pg_catalog.pg_extension_config_dump('migrator.migration', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.history_entry', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.history_entry_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.statement_entry', '');
