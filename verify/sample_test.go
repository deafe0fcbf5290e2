package verify_test

import (
	"testing"

	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/verify"
)

func TestSample(t *testing.T) {
	file, _ := parser.ParseFile("", "param y[n], x\ngiven sum(y) == 1\ngiven 0 < x < 1")
	for seed := range uint64(20) {
		if _, err := verify.Sample(verify.Source{File: file}, map[string]int{"n": 3}, seed, 128); err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
	}
}
