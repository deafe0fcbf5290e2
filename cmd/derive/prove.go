package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-9905856d/derive/check"
	"github.com/seed-9905856d/derive/syntax"
)

// newProve builds derive prove.
func newProve(a *app) *cobra.Command {
	var (
		src    formulaSource
		seed   uint64
		points int
		format string
	)
	cmd := &cobra.Command{
		Use:   "prove 'A == B'",
		Short: "Decide whether a claim holds: proved, refuted or unknown",
		Long: `Prove decides whether two formulas are equal for all inputs that satisfy the givens, or whether an
inequality holds. The first word that it prints is the answer: "proved", with the steps that show it (exit
code 0); "refuted", with a point that satisfies the givens and the values of both sides there (1); or
"unknown", with the number of points at which the claim holds in high precision (3). Sizes stay
symbols in a proof; points are drawn at several sizes.`,
		Example: `  derive prove 'grad(cross_entropy(y, softmax(l)), l) == softmax(l) - y' --given 'sum(y) == 1'
  derive prove "grad(logdet(X), X) == inv(X)'"
  derive prove 'tanh(x) == 2*sigmoid(2*x) - 1'`,
		Args: arguments(0, 1, "claim"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if format != "text" && format != "json" {
				return hint(fmt.Errorf("unknown format %q", format), "prove prints text or json")
			}
			if points < 1 {
				return errors.New("--points must be at least 1")
			}
			return a.limited(cmd.Context(), func(context.Context) error {
				p, err := a.problem(src, args)
				if err != nil {
					return err
				}
				a.phase.set("proving")
				x, _ := p.expression()
				file := *p.file
				file.Statements = file.Statements[:len(file.Statements)-1]
				proof, err := check.Prove(&file, x, p.strict, seed, points)
				switch {
				case errors.Is(err, check.ErrNoClaim):
					return hint(err, "a claim is an equation or an inequality, as in: derive prove 'sin(x)^2 + cos(x)^2 == 1'")
				case err != nil:
					return p.meaningless(err)
				}
				if err := printProof(cmd, x, proof, format); err != nil {
					return err
				}
				switch proof.Verdict {
				case check.Refuted:
					return errCheckFailed
				case check.Unknown:
					return errUndecided
				}
				return nil
			})
		},
	}
	flags := cmd.Flags()
	src.register(flags)
	flags.Uint64Var(&seed, "seed", 1, "where the random points start")
	flags.IntVar(&points, "points", 20, "points for each combination of sizes")
	flags.StringVar(&format, "format", "text", "text or json")
	return cmd
}

// A proofJSON is a proof as JSON.
type proofJSON struct {
	Input    string          `json:"input"`
	Verdict  check.Verdict   `json:"verdict"`
	Steps    []string        `json:"steps"`
	Rules    []string        `json:"rules"`
	Given    []string        `json:"given"`
	Agreed   int             `json:"agreed"`
	At       json.RawMessage `json:"at,omitempty"`
	Left     []jsonNumber    `json:"left,omitempty"`
	Right    []jsonNumber    `json:"right,omitempty"`
	Numbers  []string        `json:"numbers,omitempty"`
	Warnings []string        `json:"warnings,omitempty"`
}

// A jsonNumber is a number in JSON, where what is not finite is a string.
type jsonNumber float64

// MarshalJSON returns the shortest text that reads as the same number.
func (x jsonNumber) MarshalJSON() ([]byte, error) {
	data, err := json.Marshal(float64(x))
	if err != nil {
		return json.Marshal(fmt.Sprintf("%+v", float64(x)))
	}
	return data, nil
}

func jsonNumbers(xs []float64) []jsonNumber {
	out := make([]jsonNumber, len(xs))
	for k, x := range xs {
		out[k] = jsonNumber(x)
	}
	return out
}

// printProof prints the verdict and what shows it.
func printProof(cmd *cobra.Command, x syntax.Expr, p *check.Proof, format string) error {
	out := proofJSON{Input: syntax.Print(x), Verdict: p.Verdict, Steps: []string{}, Rules: orEmpty(p.Rules), Given: orEmpty(p.Given), Agreed: p.Agreed, Numbers: p.Numbers, Warnings: p.Warnings}
	for _, s := range p.Steps {
		out.Steps = append(out.Steps, s.String())
	}
	if p.Verdict == check.Refuted {
		out.At, out.Left, out.Right = json.RawMessage(p.Point.JSON()), jsonNumbers(p.LeftValues), jsonNumbers(p.RightValues)
	}
	if format == "json" {
		encoder := json.NewEncoder(cmd.OutOrStdout())
		encoder.SetEscapeHTML(false)
		return encoder.Encode(out)
	}
	w := cmd.OutOrStdout()
	fmt.Fprintln(w, p.Verdict)
	for _, s := range out.Steps {
		fmt.Fprintf(w, "  %s\n", s)
	}
	for _, r := range p.Rules {
		fmt.Fprintf(w, "  by %s\n", r)
	}
	for _, g := range p.Given {
		fmt.Fprintf(cmd.ErrOrStderr(), "given %s\n", g)
	}
	for _, w := range p.Warnings {
		fmt.Fprintf(cmd.ErrOrStderr(), "warning: %s\n", w)
	}
	if len(p.Numbers) > 1 {
		fmt.Fprintf(cmd.ErrOrStderr(), "note: %s are numbers here; --param '%s[n,n]' declares a matrix\n", strings.Join(p.Numbers, ", "), p.Numbers[0])
	}
	switch p.Verdict {
	case check.Refuted:
		fmt.Fprintf(w, "  at %s\n", out.At)
		for _, side := range []struct {
			x      syntax.Expr
			values []jsonNumber
		}{{p.Left, out.Left}, {p.Right, out.Right}} {
			text, err := json.Marshal(side.values)
			if err != nil {
				return err
			}
			if len(side.values) == 1 {
				text = text[1 : len(text)-1]
			}
			fmt.Fprintf(w, "  %s is %s\n", syntax.Print(side.x), text)
		}
	case check.Unknown:
		fmt.Fprintf(w, "  it holds at %d points in high precision\n", p.Agreed)
	}
	return nil
}
