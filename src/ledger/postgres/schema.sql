-- The ledger of a team in PostgreSQL 13 or later, as `nextplay ledger init` prints it. Run it as the role
-- that is to own the ledger, one that no reviewer logs in as. Run again, it changes nothing.
--
-- The server says who and when: reviewers may read and call nextplay.append, nothing else.

DO $$ BEGIN
  IF current_setting('server_encoding') <> 'UTF8' THEN
    RAISE EXCEPTION 'the encoding of database "%" is %, not UTF8', current_database(), current_setting('server_encoding')
      USING HINT = 'create a database with: CREATE DATABASE nextplay ENCODING ''UTF8'' TEMPLATE template0',
            ERRCODE = 'feature_not_supported';
  END IF;
END $$;

-- Roles belong to the whole server: one that is there already is kept as it is.
DO $$
DECLARE role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['nextplay_reader', 'nextplay_reviewer', 'nextplay_handoff'] LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolname = role_name) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
      EXCEPTION
        WHEN duplicate_object OR unique_violation THEN NULL;
        WHEN insufficient_privilege THEN
          RAISE EXCEPTION 'role "%" does not exist, and role "%" may not create roles', role_name, current_user
            USING HINT = 'ask an administrator to run: CREATE ROLE nextplay_reader NOLOGIN; '
                         'CREATE ROLE nextplay_reviewer NOLOGIN; CREATE ROLE nextplay_handoff NOLOGIN',
                  ERRCODE = 'insufficient_privilege';
      END;
    END IF;
  END LOOP;
END $$;

CREATE SCHEMA IF NOT EXISTS nextplay;

-- The entries. `line` is byte for byte a line of decisions.jsonl, so it is text and never json: json would
-- keep the meaning and lose the bytes that the hashes cover.
CREATE TABLE IF NOT EXISTS nextplay.decisions (
  seq         bigint PRIMARY KEY CHECK (seq > 0),
  id          uuid   NOT NULL UNIQUE,
  customer_id text,                     -- NULL in an entry of kind recover
  hash        text   NOT NULL,
  line        text   NOT NULL
);

-- The last entry of a customer that is not a proposal: what a new decision has to follow. The first such mark is
-- the member, as quotes are escaped in the texts before it.
CREATE INDEX IF NOT EXISTS decisions_customer ON nextplay.decisions (customer_id, seq)
  WHERE substr(line, strpos(line, ',"kind":"') + 9, 8) <> 'propose"';
-- The others: whoever reads one customer's entries reads both.
CREATE INDEX IF NOT EXISTS decisions_proposals ON nextplay.decisions (customer_id, seq)
  WHERE substr(line, strpos(line, ',"kind":"') + 9, 8) = 'propose"';

-- Number and hash of the last entry. Its one row is the lock that writers wait for.
CREATE TABLE IF NOT EXISTS nextplay.head (
  one  boolean PRIMARY KEY DEFAULT true CHECK (one),
  seq  bigint NOT NULL,
  hash text   NOT NULL
);
INSERT INTO nextplay.head (seq, hash)
  SELECT coalesce(max(d.seq), 0), coalesce((array_agg(d.hash))[1], repeat('0', 64))
  FROM (SELECT seq, hash FROM nextplay.decisions ORDER BY seq DESC LIMIT 1) d
  ON CONFLICT DO NOTHING;

-- What `nextplay ledger recover` cut off, with the entry that records it.
CREATE TABLE IF NOT EXISTS nextplay.cut (
  recovered_by uuid   NOT NULL,
  seq          bigint NOT NULL,
  line         text   NOT NULL,
  PRIMARY KEY (recovered_by, seq)
);

-- Appends decisions, each by itself: the answer to each is its line, or the entry that its reviewer did not
-- know. p_after is the last entry of the customer that the reviewer knew; p_rest are the bytes from "kind"
-- to the value of "basis_hash"; p_sig is the signature, NULL where it is not signed. Called again with
-- the same ids it answers with the same lines, so a lost connection loses and repeats nothing.
--
-- Whatever is accepted here can be read back by every client: a line that no one can read would stop
-- everyone. What a decision means is judged by those who read it, with the policy that they have.
CREATE OR REPLACE FUNCTION nextplay.append(
  p_id uuid[], p_customer text[], p_after uuid[], p_rest text[], p_sig text[]
)
RETURNS TABLE (n int, line text, outrun_by uuid)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $append$
DECLARE
  -- What acts on a terminal; escaped in JSON that this program writes.
  controls CONSTANT text := '[\u0001-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e'
    '\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]';
  -- What no one sees in a name, and what is seen as a blank at one of its ends.
  invisible CONSTANT text := '[\u034f\u115f\u1160\u3164\uffa0\u17b4\u17b5\u180b-\u180f\u200c\u200d\ufe00-\ufe0f'
    '\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]';
  blank CONSTANT text := '[\u0020\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000\U00016fe4\U0001d159]';
  kinds CONSTANT text[] := '{approve,reject,defer,override,undo,hand_off,propose,enroll}';
  handed_off CONSTANT text[] := '{hand_off,enroll}';
  longest CONSTANT int := 1048576;
  who CONSTANT text := session_user;
  only_hand_off CONSTANT boolean := NOT pg_has_role(session_user, 'nextplay_reviewer', 'MEMBER')
    AND NOT pg_has_role(session_user, current_user, 'MEMBER');
  number_of int;
  one record;
  has record;
  last_one record;
  names text;
  by_whom text;
  body text;
  known text;
  made boolean := false;
BEGIN
  IF who ~ controls OR who ~ invisible OR who ~ ('^' || blank) OR who ~ (blank || '$') OR who = '' THEN
    RAISE EXCEPTION 'the name of role "%" cannot stand in a decision', regexp_replace(who, controls, '?', 'g')
      USING HINT = 'use a role whose name has no invisible characters and no blanks around it',
            ERRCODE = 'invalid_parameter_value';
  END IF;
  by_whom := ',"by":' || to_json(who) || ',';

  number_of := coalesce(cardinality(p_id), 0);
  IF p_id IS NULL OR p_customer IS NULL OR p_after IS NULL OR p_rest IS NULL OR p_sig IS NULL
     OR cardinality(p_customer) <> number_of OR cardinality(p_after) <> number_of
     OR cardinality(p_rest) <> number_of OR cardinality(p_sig) <> number_of
     OR array_ndims(p_id) > 1 OR array_ndims(p_customer) > 1 OR array_ndims(p_after) > 1
     OR array_ndims(p_rest) > 1 OR array_ndims(p_sig) > 1 THEN
    RAISE EXCEPTION 'the arrays of append differ in length' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF array_position(p_id, NULL) IS NOT NULL OR array_position(p_customer, NULL) IS NOT NULL
     OR array_position(p_rest, NULL) IS NOT NULL THEN
    RAISE EXCEPTION 'a decision has no id, no customer or no content' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF (SELECT count(DISTINCT u.id) FROM unnest(p_id) u(id)) <> number_of THEN
    RAISE EXCEPTION 'two decisions of one call have the same id' USING ERRCODE = 'invalid_parameter_value';
  END IF;

  FOR one IN
    SELECT u.* FROM unnest(p_id, p_customer, p_after, p_rest, p_sig) WITH ORDINALITY u(id, customer, after, rest, sig, n)
  LOOP
    IF octet_length(one.rest) + coalesce(octet_length(one.sig), 0) > longest THEN
      RAISE EXCEPTION 'decision % is longer than % bytes', one.id, longest USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF one.rest ~ '[^ -~]' AND one.rest ~ controls THEN
      RAISE EXCEPTION 'decision % has control characters', one.id USING ERRCODE = 'invalid_parameter_value';
    END IF;
    -- Every text but those of the basis is read here: one that cannot be is an error.
    SELECT string_agg(m.key, ',' ORDER BY m.n) AS names,
           string_agg('"' || m.key || '":' || m.value, ',' ORDER BY m.n) AS written,
           bool_and(CASE
             WHEN m.key = 'basis' THEN json_typeof(m.value) = 'object'
             WHEN m.key IN ('reason', 'note', 'until', 'undoes', 'after') THEN json_typeof(m.value) IN ('string', 'null')
             ELSE json_typeof(m.value) = 'string'
           END) AS has_types,
           count(m.value #>> '{}') FILTER (WHERE m.key <> 'basis') AS texts,
           count(*) FILTER (WHERE m.key = 'until_at') AS until_ats,
           count(*) FILTER (WHERE m.key = 'batch') AS batches,
           count(*) FILTER (WHERE m.key = 'proposal') AS proposals,
           max(m.value #>> '{}') FILTER (WHERE m.key = 'kind') AS kind,
           max(m.value #>> '{}') FILTER (WHERE m.key = 'customer_id') AS customer,
           max(m.value #>> '{}') FILTER (WHERE m.key = 'until') AS until,
           max(m.value #>> '{}') FILTER (WHERE m.key = 'until_at') AS until_at,
           max(m.value #>> '{}') FILTER (WHERE m.key = 'after') AS after,
           max(m.value::text) FILTER (WHERE m.key = 'basis') AS basis,
           max(m.value #>> '{}') FILTER (WHERE m.key = 'basis_hash') AS basis_hash
      INTO has
      FROM json_each(('{' || one.rest || '}')::json) WITH ORDINALITY m(key, value, n);
    names := 'kind,customer_id,playbook_id,reason,note,until' || CASE WHEN has.until_ats > 0 THEN ',until_at' ELSE '' END
      || ',undoes,after' || CASE WHEN has.batches > 0 THEN ',batch' ELSE '' END
      || CASE WHEN has.proposals > 0 THEN ',proposal' ELSE '' END || ',basis,basis_hash';
    IF has.names IS DISTINCT FROM names OR NOT has.has_types OR has.written <> one.rest THEN
      RAISE EXCEPTION 'decision % does not have the members of an entry, in their order', one.id
        USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF has.kind <> ALL (kinds) THEN
      RAISE EXCEPTION 'decision % is of kind "%", which cannot be appended', one.id, left(has.kind, 40)
        USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF only_hand_off AND has.kind <> ALL (handed_off) THEN
      RAISE EXCEPTION 'role "%" may only hand off; "%" is for members of nextplay_reviewer', who, has.kind
        USING HINT = format('ask the owner of the ledger to run: GRANT nextplay_reviewer TO %I', who),
              ERRCODE = 'insufficient_privilege';
    END IF;
    IF has.customer <> one.customer OR has.customer = '' OR has.after IS DISTINCT FROM one.after::text THEN
      RAISE EXCEPTION 'decision % says another customer or another entry before it than its content', one.id
        USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF has.until IS NOT NULL AND (has.until !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' OR has.until::date IS NULL)
       OR has.until_at IS NOT NULL AND (
         has.until_at !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,9})?Z$'
         OR has.until_at::timestamptz >= '9999-01-01T00:00:00Z'
       ) THEN
      RAISE EXCEPTION 'decision % has a date that cannot be read', one.id USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF has.basis_hash <> encode(sha256(convert_to(has.basis, 'UTF8')), 'hex') THEN
      RAISE EXCEPTION 'the basis_hash of decision % differs from the hash of its basis', one.id
        USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF one.sig !~ '^[A-Za-z0-9+/]+={0,2}$' THEN
      RAISE EXCEPTION 'the signature of decision % is not one line of base64', one.id
        USING ERRCODE = 'invalid_parameter_value';
    END IF;
  END LOOP;

  -- What is answered is durable, whatever the role or the database has set.
  IF current_setting('synchronous_commit') NOT IN ('on', 'remote_apply') THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;

  SELECT d.seq, d.hash INTO last_one FROM nextplay.head d WHERE d.one FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'nextplay.head is empty' USING ERRCODE = 'data_corrupted';
  END IF;
  FOR one IN
    SELECT u.* FROM unnest(p_id, p_customer, p_after, p_rest, p_sig) WITH ORDINALITY u(id, customer, after, rest, sig, n)
  LOOP
    n := one.n; line := NULL; outrun_by := NULL;
    body := by_whom || one.rest || coalesce(',"sig":"' || one.sig || '"', '');
    SELECT d.line INTO known FROM nextplay.decisions d WHERE d.id = one.id;
    IF FOUND THEN
      -- From `,"by":` to what comes before `,"prev":`; no member before has a quote in its text.
      IF substr(known, strpos(known, ',"by":'), length(body)) = body
         AND length(known) = strpos(known, ',"by":') - 1 + length(body) + 149 THEN
        line := known;
      ELSE
        RAISE EXCEPTION 'entry % is in the ledger with another content or by another name', one.id
          USING ERRCODE = 'unique_violation';
      END IF;
    ELSE
      SELECT d.id INTO outrun_by FROM nextplay.decisions d
        WHERE d.customer_id = one.customer
          AND substr(d.line, strpos(d.line, ',"kind":"') + 9, 8) <> 'propose"'
        ORDER BY d.seq DESC LIMIT 1;
      IF outrun_by IS NOT DISTINCT FROM one.after THEN
        outrun_by := NULL;
        last_one.seq := last_one.seq + 1;
        body := '{"seq":' || last_one.seq || ',"id":"' || one.id || '","at":"'
          || to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"' || body
          || ',"prev":"' || last_one.hash || '"';
        last_one.hash := encode(sha256(convert_to(body, 'UTF8')), 'hex');
        line := body || ',"hash":"' || last_one.hash || '"}';
        IF octet_length(line) > longest THEN
          RAISE EXCEPTION 'decision % is longer than % bytes', one.id, longest USING ERRCODE = 'invalid_parameter_value';
        END IF;
        INSERT INTO nextplay.decisions (seq, id, customer_id, hash, line)
          VALUES (last_one.seq, one.id, one.customer, last_one.hash, line);
        made := true;
      ELSE
        -- Zeros: the reviewer knew an entry, and the ledger has none.
        outrun_by := coalesce(outrun_by, '00000000-0000-0000-0000-000000000000');
      END IF;
    END IF;
    RETURN NEXT;
  END LOOP;
  IF made THEN
    UPDATE nextplay.head d SET seq = last_one.seq, hash = last_one.hash WHERE d.one;
    PERFORM pg_notify('nextplay', '');
  END IF;
END $append$;

CREATE OR REPLACE FUNCTION nextplay.never() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $never$
BEGIN
  RAISE EXCEPTION 'entries of the ledger are never changed or removed'
    USING HINT = 'nextplay undo makes a new entry; the owner puts a broken ledger in order with nextplay ledger recover',
          ERRCODE = 'object_not_in_prerequisite_state';
END $never$;

-- Nothing is changed or removed, by the owner neither, and not by a replica that takes other rows.
DO $$
DECLARE t record;
BEGIN
  FOR t IN
    SELECT * FROM (VALUES
      ('decisions', 'never', 'UPDATE OR DELETE', 'ROW'), ('decisions', 'never_truncate', 'TRUNCATE', 'STATEMENT'),
      ('head', 'never', 'DELETE', 'ROW'), ('head', 'never_truncate', 'TRUNCATE', 'STATEMENT'),
      ('cut', 'never', 'UPDATE OR DELETE', 'ROW'), ('cut', 'never_truncate', 'TRUNCATE', 'STATEMENT')
    ) v (of_table, name, event, each)
  LOOP
    IF NOT EXISTS (
      SELECT FROM pg_catalog.pg_trigger g
      WHERE g.tgrelid = format('nextplay.%I', t.of_table)::regclass AND g.tgname = t.name
    ) THEN
      EXECUTE format('CREATE TRIGGER %I BEFORE %s ON nextplay.%I FOR EACH %s EXECUTE FUNCTION nextplay.never()',
        t.name, t.event, t.of_table, t.each);
    END IF;
    IF (SELECT g.tgenabled FROM pg_catalog.pg_trigger g
        WHERE g.tgrelid = format('nextplay.%I', t.of_table)::regclass AND g.tgname = t.name) <> 'A' THEN
      EXECUTE format('ALTER TABLE nextplay.%I ENABLE ALWAYS TRIGGER %I', t.of_table, t.name);
    END IF;
  END LOOP;
END $$;

REVOKE ALL ON SCHEMA nextplay FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA nextplay FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA nextplay FROM PUBLIC;
GRANT USAGE ON SCHEMA nextplay TO nextplay_reader, nextplay_reviewer, nextplay_handoff;
GRANT SELECT ON nextplay.decisions, nextplay.head, nextplay.cut TO nextplay_reader, nextplay_reviewer, nextplay_handoff;
GRANT EXECUTE ON FUNCTION nextplay.append(uuid[], text[], uuid[], text[], text[]) TO nextplay_reviewer, nextplay_handoff;
