-- +goose Up
-- What waits for one person is looked at before a letter about the same thing is leased.
CREATE INDEX letter_waiting ON letter (person_id) WHERE state IN ('queued', 'leased');
