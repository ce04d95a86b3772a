// Package migrations holds the schema as a numbered sequence of SQL files.
//
// They run on SQLite and PostgreSQL alike, forward only, each in a transaction, and are never edited once
// released. Ids are text made in Go, moments BIGINT Unix milliseconds UTC (0: never), truths BOOLEAN.
package migrations

import "embed"

// Files are the migrations, read by package store.
//
//go:embed *.sql
var Files embed.FS
