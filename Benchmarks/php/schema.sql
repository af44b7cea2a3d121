PRAGMA journal_mode = WAL;

CREATE TABLE profile_image (
    user_id    TEXT PRIMARY KEY,
    id         TEXT NOT NULL,
    width      INTEGER NOT NULL,
    height     INTEGER NOT NULL,
    byte_count INTEGER NOT NULL,
    created_at TEXT NOT NULL
) WITHOUT ROWID;
