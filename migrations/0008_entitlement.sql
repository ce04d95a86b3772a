-- +goose Up

-- When a person last began or ceased to be shown the join links of an event, a series, a meeting or a community. It stays when they leave: the entries in
-- their own feeds are not stamped below it.
CREATE TABLE entitlement (
  person_id TEXT NOT NULL REFERENCES person ON DELETE CASCADE,
  scope_id TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (person_id, scope_id)
);
CREATE INDEX entitlement_scope ON entitlement (scope_id, changed_at);
CREATE INDEX event_stamp ON event (community_id, stamp);
