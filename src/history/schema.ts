/**
 * The tables, as the list of steps that lead to them: a database at `user_version` n has had the first n steps.
 * Steps that have been released are never changed; a new one goes at the end.
 *
 *   runs ──< jobs ──< settled ──> errors      what has become of the items, as ranges
 *    │ │       ├────< logs                    first and last lines
 *    │ │       └───── timelines               who worked on what, and when
 *    │ └──> definitions                       source text and plan, shared by runs of the same file
 *    └────> owners                            processes that run something now
 */
export const migrations: readonly string[] = [
  `
CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Counts the changes to the list of runs, so that another process can ask what is new.
CREATE TABLE revisions (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  last INTEGER NOT NULL
) STRICT;
INSERT INTO revisions VALUES (1, 0);

CREATE TABLE removed (
  revision INTEGER NOT NULL,
  run INTEGER NOT NULL,
  PRIMARY KEY (revision, run)
) STRICT, WITHOUT ROWID;

CREATE TABLE owners (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  pid INTEGER NOT NULL,
  host TEXT NOT NULL,
  boot TEXT NOT NULL,
  space TEXT NOT NULL,
  started TEXT NOT NULL,
  beats INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE definitions (
  id INTEGER PRIMARY KEY,
  digest TEXT NOT NULL UNIQUE,
  source BLOB NOT NULL,
  plan BLOB NOT NULL
) STRICT;

CREATE TABLE runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'interrupted', 'paused', 'done', 'failed', 'cancelled')),
  name TEXT NOT NULL,
  file TEXT,
  hash TEXT NOT NULL,
  definition TEXT NOT NULL REFERENCES definitions (digest),
  args TEXT NOT NULL,
  versions TEXT NOT NULL,
  targets TEXT NOT NULL,
  search TEXT NOT NULL,
  priority INTEGER NOT NULL,
  position REAL NOT NULL,
  created INTEGER NOT NULL,
  started INTEGER,
  ended INTEGER,
  starts INTEGER NOT NULL DEFAULT 0,
  jobs INTEGER NOT NULL,
  jobs_done INTEGER NOT NULL DEFAULT 0,
  jobs_failed INTEGER NOT NULL DEFAULT 0,
  items INTEGER NOT NULL,
  done INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  skipped INTEGER NOT NULL DEFAULT 0,
  cancelled INTEGER NOT NULL DEFAULT 0,
  exit_reason TEXT,
  exit_code INTEGER,
  owner TEXT REFERENCES owners (id),
  fence INTEGER NOT NULL DEFAULT 0,
  batch INTEGER NOT NULL DEFAULT 0,
  request TEXT CHECK (request IN ('pause', 'cancel')),
  revision INTEGER NOT NULL
) STRICT;
CREATE INDEX runs_by_order ON runs (state, priority DESC, position);
CREATE INDEX runs_by_place ON runs (position);
CREATE INDEX runs_by_time ON runs (created);
CREATE INDEX runs_by_revision ON runs (revision);
CREATE INDEX runs_by_owner ON runs (owner) WHERE owner IS NOT NULL;
CREATE INDEX runs_by_definition ON runs (definition);
CREATE INDEX runs_by_file ON runs (file, created);

CREATE TABLE jobs (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  place INTEGER NOT NULL,
  kind TEXT NOT NULL,
  label TEXT NOT NULL,
  target TEXT NOT NULL,
  total INTEGER NOT NULL CHECK (total >= 0),
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'interrupted', 'done', 'failed', 'cancelled', 'skipped')),
  progress INTEGER NOT NULL DEFAULT 0,
  done INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  skipped INTEGER NOT NULL DEFAULT 0,
  cancelled INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  started INTEGER,
  ended INTEGER,
  error TEXT,
  result BLOB,
  result_file TEXT,
  result_size INTEGER,
  result_crc INTEGER,
  output TEXT,
  log_lines INTEGER NOT NULL DEFAULT 0,
  UNIQUE (run, key)
) STRICT;

CREATE TABLE errors (
  id INTEGER PRIMARY KEY,
  digest TEXT NOT NULL UNIQUE,
  info TEXT NOT NULL
) STRICT;

-- Items [start, start + count) of a job that have ended, all in the same way. Of done items the values follow each
-- other in payload or in a file of their own; NULL in both means that none has a value.
CREATE TABLE settled (
  id INTEGER PRIMARY KEY,
  job INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  start INTEGER NOT NULL CHECK (start >= 0),
  count INTEGER NOT NULL CHECK (count > 0),
  state TEXT NOT NULL CHECK (state IN ('done', 'failed', 'skipped', 'cancelled')),
  attempts INTEGER NOT NULL,
  error INTEGER REFERENCES errors (id),
  payload BLOB,
  file TEXT,
  size INTEGER NOT NULL,
  crc INTEGER NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX settled_by_item ON settled (job, start);
CREATE INDEX settled_by_state ON settled (job, state, start, count);
CREATE INDEX settled_by_error ON settled (error) WHERE error IS NOT NULL;
CREATE INDEX settled_by_file ON settled (file) WHERE file IS NOT NULL;

-- Ranges of a job never overlap, whatever a program does: each item ends once.
CREATE TRIGGER settled_once BEFORE INSERT ON settled
WHEN (SELECT start + count FROM settled WHERE job = NEW.job AND start < NEW.start + NEW.count
      ORDER BY start DESC LIMIT 1) > NEW.start
BEGIN
  SELECT RAISE(ABORT, 'an item has ended twice');
END;
CREATE TRIGGER settled_grows BEFORE UPDATE OF job, start, count ON settled
WHEN NEW.job <> OLD.job OR NEW.start <> OLD.start OR NEW.count < OLD.count
  OR EXISTS (SELECT 1 FROM settled WHERE job = NEW.job AND start > NEW.start AND start < NEW.start + NEW.count)
BEGIN
  SELECT RAISE(ABORT, 'an item has ended twice');
END;

CREATE TABLE logs (
  id INTEGER PRIMARY KEY,
  job INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  part TEXT NOT NULL CHECK (part IN ('head', 'tail')),
  lines INTEGER NOT NULL,
  size INTEGER NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX logs_by_job ON logs (job, part, id, lines, size);
`,
  `
-- Runs that people have taken off the list of the queue.
ALTER TABLE runs ADD COLUMN cleared INTEGER NOT NULL DEFAULT 0;

-- When which process worked on what.
CREATE TABLE timelines (
  job INTEGER PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
  bytes BLOB NOT NULL
) STRICT;
`,
  `
-- How long the last try of each item of the range took, as \`packDurations\` packs it; NULL when none is known.
ALTER TABLE settled ADD COLUMN durations BLOB;

-- A person has paused this job of a run: it stays so when the run goes on.
ALTER TABLE jobs ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
`,
];

/** The schema that this program writes. */
export const schemaVersion = migrations.length;

/** Marks the file as a history of Procession ("PRSN"), in its header. */
export const applicationId = 0x5052534e;
