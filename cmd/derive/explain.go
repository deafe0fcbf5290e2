package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-9905856d/derive/explain"
	"github.com/seed-9905856d/derive/syntax"
)

// explainOptions are the options of derive explain.
type explainOptions struct {
	symbolicOptions
	detail string
	output string
}

// The values of the options of derive explain, in the order in which they are listed.
var (
	explainFormats = []string{"text", "markdown", "latex", "html", "json"}
	explainDetails = []string{"brief", "normal", "full"}
	details        = map[string]explain.Detail{"brief": explain.Brief, "normal": explain.Normal, "full": explain.Full}
)

// newExplain builds derive explain.
func newExplain(a *app) *cobra.Command {
	o := &explainOptions{}
	cmd := &cobra.Command{
		Use:   "explain EXPR [--wrt NAME]",
		Short: "Print the derivation of a derivative, step by step",
		Long: `Explain prints how a derivative comes about: the formula with its intermediates named, the chain
rule, the factors, the factors put in, what the sums collapse to, what the givens say, and the result,
which is what derive grad prints. Every line is an equation with the rule that it follows by, and holds
as it stands. With --wrt it is the gradient of a number or the Jacobian of a tensor; without, the
outermost derivative of the formula or, where it has none, its simplification.`,
		Example: `  derive explain 'cross_entropy(y, softmax(l))' --wrt l --given 'sum(y) == 1'
  derive explain 'hess(logsumexp(z), z)' --detail full
  derive explain L --wrt l -f loss.formula --format html -o loss.html`,
		Args: arguments(0, 1, "formula"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.checkExplain(); err != nil {
				return err
			}
			return a.limited(cmd.Context(), func(context.Context) error { return a.explain(cmd, o, args) })
		},
	}
	flags := cmd.Flags()
	o.src.register(flags)
	flags.StringArrayVar(&o.wrt, "wrt", nil, "what to differentiate by, as in x or x,y")
	flags.StringVar(&o.detail, "detail", "normal", "brief: the main line; normal: its factors as well; full: down to the elementary functions")
	flags.StringVar(&o.format, "format", "text", "text, markdown, latex, html or json")
	flags.StringVar(&o.notation, "notation", "auto", "auto, index or matrix, for the result")
	flags.StringVarP(&o.output, "output", "o", "", "the file to write, or - for standard output (the default)")
	return cmd
}

// checkExplain looks at the options before any work is done.
func (o *explainOptions) checkExplain() error {
	switch {
	case slices.Contains(explainFormats, o.format):
	case slices.Contains(formats, o.format):
		return hint(fmt.Errorf("a derivation has no format %q", o.format), "there are %s", strings.Join(explainFormats, ", "))
	default:
		return hint(fmt.Errorf("unknown format %q", o.format), "there are %s", strings.Join(explainFormats, ", "))
	}
	if _, ok := details[o.detail]; !ok {
		return hint(fmt.Errorf("unknown detail %q", o.detail), "there are %s", strings.Join(explainDetails, ", "))
	}
	if _, ok := notations[o.notation]; !ok {
		return hint(fmt.Errorf("unknown notation %q", o.notation), "there are auto, index and matrix")
	}
	return nil
}

// explain explains the formula by each variable.
func (a *app) explain(cmd *cobra.Command, o *explainOptions, args []string) error {
	wrt, err := o.variables()
	if err != nil {
		return err
	}
	p, err := a.named(&o.symbolicOptions, wrt, args)
	if err != nil {
		return err
	}
	a.phase.set("explaining")
	x, _ := p.expression()
	file := *p.file
	file.Statements = file.Statements[:len(file.Statements)-1]
	formulas := []syntax.Expr{x}
	if len(wrt) > 0 {
		formulas = nil
	}
	for _, by := range wrt {
		d, err := explain.Derivative(&file, p.strict, x, by)
		if err != nil {
			return p.meaningless(err)
		}
		formulas = append(formulas, d)
	}
	var es []*explain.Explanation
	for _, f := range formulas {
		e, err := explain.Explain(&file, p.strict, f, explain.Options{Detail: details[o.detail], Notation: notations[o.notation]})
		if err != nil {
			return p.meaningless(err)
		}
		es = append(es, e)
	}
	file.Statements = slices.Clip(file.Statements)
	for _, f := range formulas {
		file.Statements = append(file.Statements, &syntax.ExprStatement{Span: f.Source(), X: f})
	}
	a.warnOfLookalikes(&file)
	data, err := document(es, o.format)
	if err != nil {
		return err
	}
	return a.write(cmd, o.output, data, o.src.file)
}

// document returns explanations in a format.
func document(es []*explain.Explanation, format string) ([]byte, error) {
	switch format {
	case "text":
		var texts []string
		for _, e := range es {
			texts = append(texts, e.Text())
		}
		return []byte(strings.Join(texts, "\n")), nil
	case "markdown":
		return []byte(explain.Markdown(es...)), nil
	case "latex":
		return []byte(explain.LaTeX(es...)), nil
	case "html":
		return []byte(explain.HTML(es...)), nil
	case "json":
		var w bytes.Buffer
		encoder := json.NewEncoder(&w)
		encoder.SetEscapeHTML(false)
		for _, e := range es {
			if err := encoder.Encode(e); err != nil {
				return nil, err
			}
		}
		return w.Bytes(), nil
	}
	return nil, errors.New("no such format: " + format)
}
