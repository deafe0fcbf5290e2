package mutate

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A Table counts mutants and lists those that no check can catch, each with the reason.
type Table struct {
	text      strings.Builder
	subject   string
	tried     int
	caught    int
	refused   int
	spared    int
	survivors []string
}

// Updating reports whether tables are to be written anew: UPDATE_MUTANTS is set.
func Updating() bool { return os.Getenv("UPDATE_MUTANTS") != "" }

// All reports whether every mutant is to be tried: DERIVE_MUTANTS is all, or tables are written anew. Else tests try a part.
func All() bool { return os.Getenv("DERIVE_MUTANTS") == "all" || Updating() }

// Begin begins a subject whose mutants are tried, and ends the one before it.
func (m *Table) Begin(subject string) {
	m.end()
	m.subject = subject
}

// Catch notes a mutant that a check has found, Refuse one that has no meaning.
func (m *Table) Catch() { m.tried, m.caught = m.tried+1, m.caught+1 }

// Refuse notes a mutant that has no meaning, so that it cannot go unseen.
func (m *Table) Refuse() { m.tried, m.refused = m.tried+1, m.refused+1 }

// Spare notes a mistake that has not come to a result, so that there is nothing wrong to be found.
func (m *Table) Spare() { m.tried, m.spared = m.tried+1, m.spared+1 }

// Survive notes a mutant that no check has found, with the reason. Without one that is a mistake.
func (m *Table) Survive(t testing.TB, change, reason string) {
	t.Helper()
	m.tried++
	if reason == "" {
		t.Errorf("%s: not caught: %s", m.subject, change)
		reason = "NOT CAUGHT"
	}
	m.survivors = append(m.survivors, fmt.Sprintf("    %s\n        %s\n", change, reason))
}

// end writes the lines of a subject.
func (m *Table) end() {
	if m.subject == "" {
		return
	}
	fmt.Fprintf(&m.text, "%s\n  %d mutants: %d caught, %d without a meaning, %d of equal value\n", m.subject, m.tried, m.caught, m.refused, m.spared+len(m.survivors))
	if m.spared > 0 {
		fmt.Fprintf(&m.text, "    %d of these\n        the result is as before: what is wrong is no part of it\n", m.spared)
	}
	for _, s := range m.survivors {
		m.text.WriteString(s)
	}
	m.subject, m.tried, m.caught, m.refused, m.spared, m.survivors = "", 0, 0, 0, 0, nil
}

// Hold holds the table against the one that is recorded at a path, or records it. A table of a part of the mutants is not recorded.
func (m *Table) Hold(t testing.TB, path string) {
	t.Helper()
	m.end()
	if !All() {
		return
	}
	if Updating() {
		if err := os.WriteFile(path, []byte(m.text.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	recorded, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(recorded), m.text.String()); diff != "" {
		t.Errorf("the table of mutants differs (-recorded +now; UPDATE_MUTANTS=1 writes it):\n%s", diff)
	}
}
