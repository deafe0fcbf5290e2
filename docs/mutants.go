package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// mutantTables are the recorded tables of mutants, with what is mutated and what has to find them.
var mutantTables = []struct{ path, mutated, finds string }{
	{"../check/testdata/mutants/results.txt", "printed results: values and derivatives", "the witness, as in `derive verify`"},
	{"../check/testdata/mutants/go.txt", "generated Go", "the witness, as in `derive verify`"},
	{"../simplify/testdata/mutants/rules.txt", "rewrites of the simplifier, which go wrong wherever they apply", "`derive verify` of the formulas of each rewrite"},
	{"../builtin/testdata/mutants/rows.txt", "rows of the table of functions: derivatives, signs, symmetries", "the test of the table; of derivatives `derive verify` too"},
	{"../builtin/testdata/mutants/matrices.txt", "derivatives of functions of whole matrices", "the test of the table"},
	{"../builtin/testdata/mutants/library.txt", "definitions of the library", "identities and edge cases"},
}

// mutants returns the counts of the recorded tables and the reasons why some of the mutants cannot be found.
func mutants() string {
	var b, why strings.Builder
	b.WriteString("| what is changed | what has to find it | tried | found | without a meaning | of equal value |\n| --- | --- | --- | --- | --- | --- |\n")
	var sum [4]int
	for _, table := range mutantTables {
		text, err := os.ReadFile(table.path)
		if err != nil {
			panic("docs: " + err.Error())
		}
		var total [4]int
		reasons := map[string]int{}
		several := 1 // mutants that the next reason is of
		for line := range strings.Lines(string(text)) {
			trimmed := strings.TrimSpace(line)
			var n [4]int
			switch indent := len(line) - len(strings.TrimLeft(line, " ")); {
			case indent == 2:
				if _, err := fmt.Sscanf(trimmed, "%d mutants: %d caught, %d without a meaning, %d of equal value", &n[0], &n[1], &n[2], &n[3]); err != nil {
					panic(fmt.Sprintf("docs: %s: %q: %v", table.path, trimmed, err))
				}
				for k := range total {
					total[k], sum[k] = total[k]+n[k], sum[k]+n[k]
				}
			case indent == 4:
				several = 1
				if strings.HasSuffix(trimmed, " of these") {
					fmt.Sscanf(trimmed, "%d", &several)
				}
			case indent == 8:
				reasons[trimmed] += several
			}
		}
		fmt.Fprintf(&b, "| %s | %s | %d | %d | %d | %d |\n", table.mutated, table.finds, total[0], total[1], total[2], total[3])
		fmt.Fprintf(&why, "\nOf equal value among the mutants of %s:\n\n", table.mutated)
		var sorted []string
		for reason := range reasons {
			sorted = append(sorted, reason)
		}
		slices.SortFunc(sorted, func(a, b string) int {
			if reasons[a] != reasons[b] {
				return reasons[b] - reasons[a]
			}
			return strings.Compare(a, b)
		})
		for _, reason := range sorted {
			fmt.Fprintf(&why, "- %d: %s\n", reasons[reason], reason)
		}
	}
	fmt.Fprintf(&b, "| all | | %d | %d | %d | %d |\n", sum[0], sum[1], sum[2], sum[3])
	return b.String() + why.String()
}
