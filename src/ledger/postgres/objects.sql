-- What there is of a ledger in the database: what it is, its name, and how it is defined.
SELECT 'role'::text AS what, r.rolname::text AS name, ''::text AS definition
  FROM pg_roles r WHERE r.rolname IN ('nextplay_reader', 'nextplay_reviewer', 'nextplay_handoff')
UNION ALL
SELECT 'schema', s.nspname, coalesce(s.nspacl::text, '') FROM pg_namespace s WHERE s.nspname = 'nextplay'
UNION ALL
SELECT 'table', 'nextplay.' || c.relname, coalesce(c.relacl::text, '')
  FROM pg_class c WHERE c.relnamespace = to_regnamespace('nextplay') AND c.relkind = 'r'
UNION ALL
SELECT 'index', 'nextplay.' || i.indexname, i.indexdef FROM pg_indexes i WHERE i.schemaname = 'nextplay'
UNION ALL
SELECT 'function', 'nextplay.' || p.proname, pg_get_functiondef(p.oid) || coalesce(p.proacl::text, '')
  FROM pg_proc p WHERE p.pronamespace = to_regnamespace('nextplay')
UNION ALL
SELECT 'trigger', g.tgname || ' on nextplay.' || c.relname, pg_get_triggerdef(g.oid) || g.tgenabled::text
  FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
  WHERE c.relnamespace = to_regnamespace('nextplay') AND NOT g.tgisinternal
ORDER BY 1, 2
