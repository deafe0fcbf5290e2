package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/big"
	"slices"

	"github.com/spf13/cobra"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/syntax"
	"github.com/seed-9905856d/derive/verify"
)

const (
	defaultPrecision = 53    // bits of the printed result: a float64
	workingPrecision = 160   // bits of the arithmetic behind it, at least
	maxPrecision     = 10000 // bits that may be asked for
	givenTolerance   = 1e-9  // relative error within which a given counts as satisfied
)

// newEval builds derive eval.
func newEval(a *app) *cobra.Command {
	var (
		src       formulaSource
		at        string
		format    string
		precision uint
	)
	cmd := &cobra.Command{
		Use:   "eval EXPR --at VALUES",
		Short: "Print the value of a formula, derivatives included, as JSON",
		Long: `Eval computes a formula at given values, in high precision, from the text as it is
written. Derivative operators (grad, jac, hess, d, jvp, vjp, hvp) are computed by Taylor
arithmetic. Values are a JSON object or a file that holds one; decimal numbers are exact.`,
		Example: `  derive eval 'grad(cross_entropy(y, softmax(l)), l)' --at '{"l":[1,2,3],"y":[0,1,0]}'
  derive eval 'hess(logsumexp(z), z)' --at '{"z":[0.5,1]}' --precision 200`,
		Args: arguments(0, 1, "formula"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if format != "text" && format != "json" {
				return hint(fmt.Errorf("unknown format %q", format), "eval prints text or json")
			}
			if precision < 2 || precision > maxPrecision {
				return fmt.Errorf("a precision of %d bits is outside 2 to %d", precision, maxPrecision)
			}
			return a.limited(cmd.Context(), func(ctx context.Context) error {
				v, err := a.evaluate(src, args, at, precision)
				if err != nil {
					return err
				}
				for _, w := range v.Warnings {
					fmt.Fprintf(cmd.ErrOrStderr(), "warning: %s\n", w)
				}
				return v.print(cmd, format)
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&at, "at", "{}", "the values: a JSON object, or a file that holds one")
	flags.UintVar(&precision, "precision", defaultPrecision, "bits of the result")
	flags.StringVar(&format, "format", "text", "text or json")
	src.register(flags)
	return cmd
}

// A value is the result of an evaluation.
type value struct {
	Input     string          `json:"input"`
	Value     json.RawMessage `json:"value"`
	Shape     []int           `json:"shape"`
	Precision uint            `json:"precision"`
	Warnings  []string        `json:"warnings"`
}

func (v *value) print(cmd *cobra.Command, format string) error {
	if format == "text" {
		_, err := fmt.Fprintln(cmd.OutOrStdout(), string(v.Value))
		return err
	}
	encoder := json.NewEncoder(cmd.OutOrStdout())
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}

// evaluate computes the formula of src and args at the values.
func (a *app) evaluate(src formulaSource, args []string, at string, precision uint) (*value, error) {
	p, err := a.problem(src, args)
	if err != nil {
		return nil, err
	}
	values, err := a.values(at)
	if err != nil {
		return nil, err
	}
	undeclared := map[string]verify.Value{}
	if !p.strict { // names that --param does not declare are inputs too
		undeclared = p.undeclared(values)
	}
	point, err := verify.NewPoint(p.params(), values)
	if err != nil {
		return nil, fmt.Errorf("--at: %w", err)
	}
	maps.Copy(point.Values, undeclared)
	a.phase.set("evaluating")
	sized, err := p.explicit(point.Values)
	if err != nil {
		return nil, err
	}
	source := verify.Source{File: sized.file, Library: builtin.Definitions()}
	e := verify.NewEvaluator(source, point, max(workingPrecision, precision+32))
	x, _ := sized.expression()
	result, err := e.Eval(x)
	if err != nil {
		return nil, p.evaluationFailure(err)
	}
	overflowed, cancelled := e.Overflowed(), e.Cancelled()
	if e.Beyond() != "" && slices.ContainsFunc(result.Data, func(n verify.Num) bool { return n.Real().IsNaN() }) {
		return nil, p.evaluationFailure(&verify.Error{Span: x.Source(), Message: e.Beyond() + " is not computed", Limit: true})
	}
	input, _ := p.expression()
	v := &value{Input: syntax.Print(input), Shape: result.Shape, Precision: precision, Warnings: []string{}}
	if v.Shape == nil {
		v.Shape = []int{}
	}
	if v.Warnings, err = p.violated(e, sized); err != nil {
		return nil, err
	}
	for _, d := range syntax.Confusable(p.file) {
		v.Warnings = append(v.Warnings, d.Message)
	}
	if overflowed && slices.ContainsFunc(result.Data, func(n verify.Num) bool { return !n.Real().IsFinite() }) {
		v.Warnings = append(v.Warnings, "an exponential was beyond 2^2147483647: what is infinite or NaN here may have another value")
	}
	if cancelled {
		v.Warnings = append(v.Warnings, "rounding decides: a matrix that is inverted is singular or nearly so, or the largest of numbers is that by rounding alone")
	}
	if precision == defaultPrecision {
		v.Value, err = result.MarshalJSON()
		return v, err
	}
	v.Value = json.RawMessage(result.JSON(int(math.Ceil(float64(precision) * math.Log10(2)))))
	return v, nil
}

// explicit returns p with the sizes of vector(c), matrix(c) and eye written out, as declarations and the values of other names say them.
func (p *problem) explicit(values map[string]verify.Value) (*problem, error) {
	decl := &syntax.Param{}
	params := p.params()
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if slices.ContainsFunc(params, func(d syntax.Decl) bool { return d.Name.Name == name }) {
			continue
		}
		d := syntax.Decl{Name: syntax.Ident{Name: name}}
		for _, n := range values[name].Shape {
			d.Sizes = append(d.Sizes, &syntax.Number{Value: big.NewRat(int64(n), 1)})
		}
		decl.Decls = append(decl.Decls, d)
	}
	declared := *p.file
	declared.Statements = append([]syntax.Statement{decl}, p.file.Statements...)
	file, err := formula.Explicit(&declared, p.strict)
	if err != nil {
		return nil, p.meaningless(err)
	}
	q := *p
	q.file = &syntax.File{Name: p.file.Name, Text: p.file.Text, Statements: file.Statements[1:]}
	return &q, nil
}

// undeclared moves the values of names that are not declared out of values, where any name is declared.
func (p *problem) undeclared(values map[string]verify.Value) map[string]verify.Value {
	out := map[string]verify.Value{}
	params := p.params()
	if len(params) == 0 {
		return out
	}
	for name, v := range values {
		if !slices.ContainsFunc(params, func(d syntax.Decl) bool { return d.Name.Name == name }) {
			out[name] = v
			delete(values, name)
		}
	}
	return out
}

// params returns the declared parameters.
func (p *problem) params() []syntax.Decl {
	var decls []syntax.Decl
	for _, s := range p.file.Statements {
		if s, ok := s.(*syntax.Param); ok {
			decls = append(decls, s.Decls...)
		}
	}
	return decls
}

// violated warns of every given that the values do not satisfy, which e evaluates as they stand in sized.
func (p *problem) violated(e *verify.Evaluator, sized *problem) ([]string, error) {
	warnings := []string{}
	for k, s := range p.file.Statements {
		g, ok := s.(*syntax.Given)
		if !ok {
			continue
		}
		holds, err := e.Holds(sized.file.Statements[k].(*syntax.Given).Cond, givenTolerance)
		if err != nil {
			return nil, p.evaluationFailure(err)
		}
		if !holds {
			warnings = append(warnings, fmt.Sprintf("the values do not satisfy: given %s", syntax.Print(g.Cond)))
		}
	}
	return warnings, nil
}

// evaluationFailure shows where in the text an evaluation failed.
func (p *problem) evaluationFailure(err error) error {
	var failure *verify.Error
	if !errors.As(err, &failure) {
		return err
	}
	return p.failure(syntax.Diagnostics{failure.Diagnostic()})
}
