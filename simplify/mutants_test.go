package simplify_test

import (
	"context"
	"math/big"
	"strings"
	"testing"

	"github.com/seed-9905856d/derive/check"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/internal/mutate"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/simplify"
	"github.com/seed-9905856d/derive/syntax"
)

// A mistake is a way in which a rewrite may go wrong. It returns what it is given where it does not apply.
type mistake struct {
	name string
	make func(s *expr.Session, y *expr.Node) *expr.Node
}

// mistakes are those that rewrites are made to make.
var mistakes = []mistake{
	{"another sign", func(s *expr.Session, y *expr.Node) *expr.Node { return s.Neg(y) }},
	{"a factor 2", func(s *expr.Session, y *expr.Node) *expr.Node { return s.Mul(s.Int(2), y) }},
	{"a factor 1 + 1e-9", func(s *expr.Session, y *expr.Node) *expr.Node { return s.Mul(slightly(s), y) }},
	{"a term 1", func(s *expr.Session, y *expr.Node) *expr.Node { return s.Add(s.Int(1), y) }},
	{"a term is missing", func(s *expr.Session, y *expr.Node) *expr.Node {
		c, terms := expr.Terms(y)
		if len(terms) < 2 {
			return y
		}
		return s.Linear(c, terms[1:])
	}},
	{"a factor is missing", func(s *expr.Session, y *expr.Node) *expr.Node {
		factors := expr.Factors(y)
		if len(factors) < 2 {
			return y
		}
		return s.Mul(factors[1:]...)
	}},
	{"a condition is its opposite", first(func(n *expr.Node) bool { return n.Kind() == expr.KindCond }, func(s *expr.Session, n *expr.Node) *expr.Node { return s.Not(n) })},
	{"an argument is 1 + 1e-9 times what it is", first(func(n *expr.Node) bool { return n.Kind() == expr.KindCall && !expr.IsLambda(n.Args()[0]) }, func(s *expr.Session, n *expr.Node) *expr.Node {
		args := append([]*expr.Node{s.Mul(slightly(s), n.Args()[0])}, n.Args()[1:]...)
		return s.Call(n.Func(), args...)
	})},
}

func slightly(s *expr.Session) *expr.Node { return s.Number(big.NewRat(1_000_000_001, 1_000_000_000)) }

// first returns what changes the first node of a kind in an expression.
func first(is func(n *expr.Node) bool, change func(s *expr.Session, n *expr.Node) *expr.Node) func(s *expr.Session, y *expr.Node) *expr.Node {
	return func(s *expr.Session, y *expr.Node) *expr.Node {
		done := false
		return s.Map(y, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
			if done || !is(n) {
				return nil, false
			}
			done = true
			return change(s, n), true
		})
	}
}

// TestMutatedRules makes each rewrite go wrong in one way at a time, and expects verification of the formulas whose results come about by it to find every
// result that differs. Without DERIVE_MUTANTS=all it tries one of six.
func TestMutatedRules(t *testing.T) {
	var table mutate.Table
	tried := 0
	for _, rule := range simplify.Rules() {
		table.Begin(rule.Name)
		for _, formula := range ruleFormulas[rule.Name] {
			right := results(t, formula)
			for _, m := range mistakes {
				if tried++; tried%6 != 0 && !mutate.All() {
					continue
				}
				made := false // whether the mistake applies
				undo := simplify.Mistake(rule.Name, func(s *expr.Session, y *expr.Node) *expr.Node {
					wrong := m.make(s, y)
					made = made || wrong != y
					return wrong
				})
				u, err := check.Load("", formula)
				if err != nil || !made || text(u) == right {
					undo()
					switch {
					case err != nil:
						table.Refuse()
					case made:
						table.Spare()
					}
					continue
				}
				r, err := u.VerifyAll(context.Background(), check.Options{Seed: 1, Points: 4, NoCompile: true})
				undo()
				if err != nil {
					t.Fatal(formula, err)
				}
				change := lastLine(formula) + ": " + m.name
				switch {
				case len(r.Findings) > 0:
					table.Catch()
				case isProvedEqual(t, formula, u):
					table.Survive(t, change, "proved equal: another form is taken")
				default:
					table.Survive(t, change+": "+text(u), equalResults[change])
				}
			}
		}
	}
	table.Hold(t, "testdata/mutants/rules.txt")
}

// equalResults are results that a mistake has changed but for their values, and that the engine does not prove equal, with the reasons.
var equalResults = map[string]string{
	"x/abs(x): an argument is 1 + 1e-9 times what it is":                                                 scaledSign,
	"tensor[k](d(sum[i in 1..n-1](abs(x[i+1] - x[i])), x[k])): an argument is 1 + 1e-9 times what it is": scaledSign,
	"sum(relu(B*relu(A*x))) + max(x[1], -x[1]): a condition is its opposite":                             "another form is taken, in which relu(t) is t*[t > 0]",
}

const scaledSign = "the sign of a number is that of its multiple"

func lastLine(text string) string { return text[strings.LastIndexByte(text, '\n')+1:] }

// isProvedEqual reports whether the engine proves the results of the only expression of a file equal to it.
func isProvedEqual(t *testing.T, formula string, u *check.Unit) bool {
	t.Helper()
	last := lastLine(formula)
	file, ds := parser.ParseFile("", strings.TrimSuffix(formula, last))
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	r := u.Items[len(u.Items)-1].Result
	for _, text := range []string{syntax.Print(r.Text), syntax.Print(r.Index)} {
		x, ds := parser.ParseExpr("", last+" == "+text)
		if ds.Err() != nil {
			t.Fatal(ds)
		}
		if p, err := check.Prove(file, x, true, 1, 2); err != nil || p.Verdict != check.Proved {
			return false
		}
	}
	return true
}

// results returns the printed results of a file.
func results(t *testing.T, formula string) string {
	t.Helper()
	u, err := check.Load("", formula)
	if err != nil {
		t.Fatal(formula, err)
	}
	return text(u)
}

func text(u *check.Unit) string {
	var b strings.Builder
	for _, item := range u.Items {
		b.WriteString(syntax.Print(item.Result.Text) + "; " + syntax.Print(item.Result.Index) + "; ")
	}
	return b.String()
}
