-- +goose Up

-- An answer out of a session's chat is nobody's in particular; a member's stays a member's when their account is gone.
ALTER TABLE answer ADD COLUMN chat BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE answer SET chat = TRUE WHERE part = 'member' AND person_id IS NULL;
