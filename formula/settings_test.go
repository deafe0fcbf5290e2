package formula

import (
	"slices"
	"testing"

	"github.com/seed-9905856d/derive/builtin"
)

// TestSettings holds the table against the functions: each exists, works entry by entry and has the parameters.
func TestSettings(t *testing.T) {
	for name, at := range settings {
		count := 0
		for _, row := range builtin.Table {
			if row.Name == name {
				count = len(row.Params)
			}
		}
		for _, def := range libraryFunctions()[name] {
			count = len(def.Params)
			for _, prm := range def.Params {
				if len(prm.Sizes) > 0 {
					t.Errorf("%s does not work entry by entry", name)
				}
			}
		}
		if count <= slices.Max(at) {
			t.Errorf("%s has %d parameters, and none at %v", name, count, at)
		}
	}
}
