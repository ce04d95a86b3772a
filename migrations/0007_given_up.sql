-- +goose Up

-- A date that its meeting's rule gave up and that keeps its page: the recurrence id it had, and since when, where it took place until then.
ALTER TABLE event ADD COLUMN given_up TEXT NOT NULL DEFAULT '';
ALTER TABLE event ADD COLUMN given_up_at BIGINT NOT NULL DEFAULT 0;
UPDATE event SET given_up = start_local WHERE meeting_id IS NOT NULL AND recurrence_id = '';
