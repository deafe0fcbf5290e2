package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/seed-9905856d/derive/check"
)

// accuracy returns the table of the accuracy of generated code.
func accuracy() string {
	var b strings.Builder
	b.WriteString("| function | measured for | value | gradient | gradient beside | because |\n| --- | --- | ---: | ---: | --- | --- |\n")
	for _, r := range check.Accuracies {
		value, gradient := r.Bounds()
		beside := ""
		if r.Beside != "" {
			beside = code(r.Beside)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", code(r.Call), givensOf(r), number(value), number(gradient), beside, r.Why)
	}
	return b.String()
}

// stabilisations returns the table of what is rewritten.
func stabilisations() string {
	var b strings.Builder
	b.WriteString("| formula | for | plain, at least | stabilised, at most | |\n| --- | --- | ---: | ---: | --- |\n")
	for _, s := range check.Stabilisations {
		row := s.Row()
		bound, _ := row.Bounds()
		plain := number(s.Plain)
		if math.IsInf(s.Plain, 1) {
			plain = "not finite"
		}
		what := s.What
		if s.Beside != "" {
			what += ", beside " + code(s.Beside)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", code(s.Formula), givensOf(row), plain, number(bound), what)
	}
	return b.String()
}

// givensOf returns the givens of a row as code.
func givensOf(r check.AccuracyRow) string {
	var givens []string
	for g := range strings.SplitSeq(r.Givens, "; ") {
		if g != "" {
			givens = append(givens, code(g))
		}
	}
	return strings.Join(givens, " ")
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
