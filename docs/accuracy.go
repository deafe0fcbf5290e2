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
	b.WriteString("| function | measured for | value | gradient | value beside | gradient beside | because |\n| --- | --- | ---: | ---: | --- | --- | --- |\n")
	for _, r := range check.Accuracies {
		value, gradient := r.Bounds()
		besides := []string{r.BesideValue, r.Beside}
		for k, x := range besides {
			if x != "" {
				besides[k] = code(x)
			}
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s |\n", code(r.Call), givensOf(r), number(value), number(gradient), besides[0], besides[1], r.Why)
	}
	return b.String()
}

// agreement returns what derive verify requires.
func agreement() string {
	return fmt.Sprintf(`| what | agrees with the formula as it is written if it differs by no more than |
| --- | --- |
| a printed result, in %d bits (%d with determinants or inverses), at ordinary points | %g of the formula's value, or of %g where that is less |
| at extreme points, in up to %d bits | %g of the value, or 2^(-bits/2) |
| an infinity | nothing |
| an output of compiled Go | %d times the largest of: a unit in the last place of its largest entry; what it changes by when every input is rounded to float64; what the formula, as written and in closed form, is off by in double precision |
`, check.Precision, check.MatrixPrecision, check.Agreement, check.Floor, check.ExtremePrecision, check.Agreement, check.MaxUlps)
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
