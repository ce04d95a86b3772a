-- +goose Up

-- What a person's form has made, by the key it was shown with: sent again as it was, it leads there and makes nothing. Kept for a day.
CREATE TABLE made (
  person_id TEXT NOT NULL REFERENCES person ON DELETE CASCADE,
  key TEXT NOT NULL,
  request BYTEA NOT NULL, -- hash of what was sent
  subject_id TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (person_id, key)
);
CREATE INDEX made_old ON made (created_at);
