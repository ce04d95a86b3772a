package testdb

import (
	"strings"
	"testing"
)

// A schema is emptied when it is lent again, and made anew where it is not as it was made.
func TestReady(t *testing.T) {
	db, _ := connect(t)
	db.SetMaxOpenConns(1)
	do := func(q string) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	count := func(table string) (n int) {
		t.Helper()
		if err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	do("SELECT pg_advisory_lock(4711, 1)") // two runs of this test share the server
	const name = "convoke_ready"
	do("DROP SCHEMA IF EXISTS " + name + " CASCADE")
	t.Cleanup(func() {
		if _, err := db.Exec("DROP SCHEMA " + name + " CASCADE"); err != nil {
			t.Error(err)
		}
	})
	made := 0
	lend := func() {
		t.Helper()
		err := ready(t.Context(), db, name, func() error {
			made++
			do(strings.ReplaceAll(`CREATE TABLE N.one (id INT PRIMARY KEY, child INT, more INT, note VARCHAR NOT NULL DEFAULT ''); CREATE TABLE N.two (id INT PRIMARY KEY REFERENCES N.one); CREATE TABLE N.goose (id INT);
				ALTER TABLE N.one ADD CONSTRAINT one_child FOREIGN KEY (child) REFERENCES N.two; INSERT INTO N.goose VALUES (1)`, "N.", name+"."))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	lend()
	do("INSERT INTO " + name + ".one VALUES (1, NULL)")
	do("INSERT INTO " + name + ".two VALUES (1)")
	do("UPDATE " + name + ".one SET child = 1")
	lend()
	if one, two, goose := count(name+".one"), count(name+".two"), count(name+".goose"); one != 0 || two != 0 || goose != 1 || made != 1 {
		t.Errorf("lent again: %d and %d rows, %d that say how it was made, made %d times", one, two, goose, made)
	}
	for i, change := range []string{
		"CREATE TABLE N.three (id INT)", "ALTER TABLE N.two ADD COLUMN more INT", "ALTER TABLE N.one DROP COLUMN more", "ALTER TABLE N.one ALTER COLUMN note DROP NOT NULL", "ALTER TABLE N.one RENAME COLUMN note TO said",
		"ALTER TABLE N.one ALTER COLUMN note TYPE TEXT", "CREATE INDEX ON N.one (child)", "ALTER TABLE N.one DROP CONSTRAINT one_child",
		"CREATE FUNCTION N.f() RETURNS INT LANGUAGE sql AS 'SELECT 1'", "COMMENT ON SCHEMA N IS 'of another version'",
	} {
		do(strings.NewReplacer("N.", name+".", "SCHEMA N ", "SCHEMA "+name+" ").Replace(change))
		if lend(); made != i+2 {
			t.Errorf("%s: it was not made anew", change)
		}
	}
}
