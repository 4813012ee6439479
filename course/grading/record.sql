-- What marks.sqlite holds. Every change that was decided, and the points that changed with it:
CREATE TABLE IF NOT EXISTS change (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    student TEXT NOT NULL,
    exercise TEXT NOT NULL,
    value TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS about ON change (kind, student);
-- How each student was marked last: the SHA-256 of all that it depends on, the sums that a table tells, the path of
-- the feedback page (none where it was not asked for), and what is told of each exercise, as packed JSON.
CREATE TABLE IF NOT EXISTS marking (student TEXT PRIMARY KEY, of TEXT, told TEXT, page TEXT, each BLOB);
