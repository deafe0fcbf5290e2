package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-9905856d/derive"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/render"
	"github.com/seed-9905856d/derive/simplify"
	"github.com/seed-9905856d/derive/syntax"
)

// A symbolicCommand is one of the commands that turn a formula into a formula.
type symbolicCommand struct {
	name, short, example string
	// wrt is what --wrt means to the command; empty where it has none. several says that it may name several.
	wrt     string
	several bool
	dir     bool // the command takes --dir
	order   bool // the command takes --order
	layout  bool // the command takes --layout
	// symmetric says that the command takes --symmetric.
	symmetric bool
	build     builder
}

// symbolicOptions are the options of a symbolic command.
type symbolicOptions struct {
	src      formulaSource
	wrt      []string
	dir      string
	order    int
	format   string
	notation string
	layout   string
	// symmetric says that the variables are symmetric matrices, the entries of which are not independent.
	symmetric bool
	form      string
	trace     bool
	disable   []string
	direction syntax.Expr // what --dir gives
	texts     []part      // of --wrt and --dir
}

func callOf(name string, args ...syntax.Expr) syntax.Expr {
	return &syntax.Call{Fun: syntax.Ident{Name: name}, Args: args}
}

// A builder makes the expression whose closed form is the result.
type builder func(p *problem, x syntax.Expr, wrt []syntax.Expr, o *symbolicOptions) (syntax.Expr, error)

// ofMatrix builds a derivative in the shape of its variable, of a symmetric matrix with the entries that are one variable tied.
func ofMatrix(build builder) builder {
	return func(p *problem, x syntax.Expr, wrt []syntax.Expr, o *symbolicOptions) (syntax.Expr, error) {
		g, err := build(p, x, wrt, o)
		if err != nil || !o.symmetric {
			return g, err
		}
		return tied(g), nil
	}
}

// operator builds OP(x, w) for the one variable w.
func operator(name string) builder {
	return func(_ *problem, x syntax.Expr, wrt []syntax.Expr, _ *symbolicOptions) (syntax.Expr, error) {
		return callOf(name, x, wrt[0]), nil
	}
}

// directional builds OP(x, w, dir).
func directional(name string) builder {
	return func(_ *problem, x syntax.Expr, wrt []syntax.Expr, o *symbolicOptions) (syntax.Expr, error) {
		return callOf(name, x, wrt[0], o.direction), nil
	}
}

// jacobian builds jac(x, w).
func jacobian(p *problem, x syntax.Expr, wrt []syntax.Expr, o *symbolicOptions) (syntax.Expr, error) {
	j := callOf("jac", x, wrt[0])
	if !o.symmetric {
		return j, nil
	}
	rank, err := p.rank(j)
	if err != nil {
		return nil, err
	}
	return tiedJacobian(p, j, rank-2, o.layout == "denominator"), nil
}

// hessian builds hess(x, w) or hess(x, w, v), for symmetric matrices the Jacobian of the gradient.
func hessian(p *problem, x syntax.Expr, wrt []syntax.Expr, o *symbolicOptions) (syntax.Expr, error) {
	if len(wrt) > 2 {
		return nil, fmt.Errorf("a Hessian is taken by one or two names, not %d", len(wrt))
	}
	if !o.symmetric {
		return callOf("hess", append([]syntax.Expr{x}, wrt...)...), nil
	}
	return tiedJacobian(p, callOf("jac", tied(callOf("grad", x, wrt[0])), wrt[len(wrt)-1]), 2, false), nil
}

// symbolicCommands are the commands that turn a formula into a formula.
var symbolicCommands = []symbolicCommand{
	{name: "grad", short: "Print the gradient of a scalar formula, simplified", wrt: "what to differentiate by, as in x or x,y", several: true, symmetric: true,
		example: `  derive grad 'cross_entropy(y, softmax(l))' --wrt l --given 'sum(y) == 1'`, build: ofMatrix(operator("grad"))},
	{name: "jac", short: "Print the Jacobian of a formula, simplified", wrt: "what to differentiate by", several: true, layout: true, symmetric: true,
		example: `  derive jac 'softmax(z)' --wrt z`, build: jacobian},
	{name: "hess", short: "Print the Hessian of a scalar formula, simplified", wrt: "what to differentiate by; x,y is the mixed Hessian", symmetric: true,
		example: `  derive hess 'logsumexp(z)' --wrt z`, build: hessian},
	{name: "diff", short: "Print a partial derivative, simplified", wrt: "the entry to differentiate by, as in t or x[k]; several follow each other", order: true,
		example: `  derive diff '1/(1+exp(-z))' --wrt z
  derive diff 'sum[i](x[i]*x[i+1])' --wrt 'x[k]'
  derive diff 'exp(-t^2)' --wrt t --order 3`,
		build: func(_ *problem, x syntax.Expr, wrt []syntax.Expr, o *symbolicOptions) (syntax.Expr, error) {
			args := append([]syntax.Expr{x}, wrt...)
			if o.order != 1 {
				args = append(args, &syntax.Number{Value: new(big.Rat).SetInt64(int64(o.order))})
			}
			return callOf("d", args...), nil
		}},
	{name: "jvp", short: "Print a Jacobian times a vector, simplified", wrt: "what to differentiate by", dir: true, symmetric: true,
		example: `  derive jvp 'softmax(z)' --wrt z --dir v`, build: directional("jvp")},
	{name: "vjp", short: "Print a vector times a Jacobian, simplified", wrt: "what to differentiate by", dir: true, symmetric: true,
		example: `  derive vjp 'softmax(z)' --wrt z --dir u`, build: ofMatrix(directional("vjp"))},
	{name: "hvp", short: "Print a Hessian times a vector, simplified", wrt: "what to differentiate by", dir: true, symmetric: true,
		example: `  derive hvp 'logsumexp(z)' --wrt z --dir v`, build: ofMatrix(directional("hvp"))},
	{name: "simplify", short: "Print the simplest equal form of a formula",
		example: `  derive simplify 'sum(softmax(z))'`,
		build: func(_ *problem, x syntax.Expr, _ []syntax.Expr, _ *symbolicOptions) (syntax.Expr, error) {
			return x, nil
		}},
}

// newSymbolic builds the command that c describes.
func newSymbolic(a *app, c symbolicCommand) *cobra.Command {
	o := &symbolicOptions{order: 1}
	use := c.name + " EXPR"
	if c.wrt != "" {
		use += " --wrt NAME"
	}
	if c.dir {
		use += " --dir V"
	}
	cmd := &cobra.Command{
		Use: use, Short: c.short, Long: c.short + `. The result is a formula of the same language, in
matrix notation where it has one, else entry by entry. Names that are never declared or defined
are inputs, whose ranks and sizes follow from how they are used. The givens that a result needs,
and where it holds that it does not show itself, are told on standard error.`, Example: c.example,
		Args: arguments(0, 1, "formula"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.check(c); err != nil {
				return err
			}
			return a.limited(cmd.Context(), func(_ context.Context) error { return a.symbolic(cmd, c, o, args) })
		},
	}
	flags := cmd.Flags()
	o.src.register(flags)
	if c.wrt != "" {
		flags.StringArrayVar(&o.wrt, "wrt", nil, c.wrt)
	}
	if c.dir {
		flags.StringVar(&o.dir, "dir", "", "the direction")
	}
	if c.order {
		flags.IntVar(&o.order, "order", 1, "how often to differentiate")
	}
	if c.symmetric {
		flags.BoolVar(&o.symmetric, "symmetric", false, "the variables are symmetric matrices, with W[i,j] and W[j,i] one variable")
	}
	flags.StringVar(&o.format, "format", "text", listed(formats))
	flags.StringVar(&o.notation, "notation", "auto", "auto, index or matrix")
	flags.StringVar(&o.form, "form", "auto", listed(formNames()))
	flags.BoolVar(&o.trace, "trace", false, "tell on standard error which rewrites made the result")
	flags.StringArrayVar(&o.disable, "disable", nil, "do without a rewrite; derive lib --rules lists them")
	o.layout = "numerator"
	if c.layout {
		flags.StringVar(&o.layout, "layout", "numerator", "numerator: the axes of the formula, then those of the variable; denominator: the other way round")
	}
	return cmd
}

// listed joins words as in "a, b or c".
func listed(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// formNames returns the values of --form.
func formNames() []string {
	var names []string
	for _, f := range simplify.FormNames() {
		names = append(names, f.Name)
	}
	return names
}

// parseForm reads the value of --form.
func parseForm(text string) (simplify.Form, error) {
	f, err := simplify.ParseForm(text)
	if err == nil {
		return f, nil
	}
	name, _, _ := strings.Cut(text, "=")
	var names []string
	for _, n := range formNames() {
		n, _, _ = strings.Cut(n, "=")
		names = append(names, n)
	}
	if near, ok := syntax.Suggest(name, names); ok && near != name {
		return f, hint(err, "did you mean %q?", near)
	}
	return f, hint(err, "there are %s", strings.Join(formNames(), ", "))
}

// checkRules looks for rewrites that do not exist among the values of --disable.
func checkRules(disable []string) error {
	var names []string
	for _, r := range simplify.Rules() {
		names = append(names, r.Name)
	}
	for _, name := range disable {
		if slices.Contains(names, name) {
			continue
		}
		err := fmt.Errorf("unknown rewrite %q", name)
		if near, ok := syntax.Suggest(name, names); ok {
			return hint(err, "did you mean %q?", near)
		}
		return hint(err, "there are %s", strings.Join(names, ", "))
	}
	return nil
}

// formats are the ways in which a result can be printed.
var formats = []string{"text", "unicode", "latex", "json", "go", "tree"}

var notations = map[string]simplify.Notation{"auto": simplify.Auto, "index": simplify.Index, "matrix": simplify.Matrix}

// check looks at the options before any work is done.
func (o *symbolicOptions) check(c symbolicCommand) error {
	if !slices.Contains(formats, o.format) {
		return hint(fmt.Errorf("unknown format %q", o.format), "there are %s", strings.Join(formats, ", "))
	}
	if o.format == "go" && o.layout != "numerator" {
		return fmt.Errorf("generated Go fills Jacobians in the numerator layout")
	}
	if _, ok := notations[o.notation]; !ok {
		return hint(fmt.Errorf("unknown notation %q", o.notation), "there are auto, index and matrix")
	}
	if o.layout != "numerator" && o.layout != "denominator" {
		return hint(fmt.Errorf("unknown layout %q", o.layout), "there are numerator and denominator")
	}
	if form, err := parseForm(o.form); err != nil {
		return err
	} else if o.format == "go" && !form.IsAuto() {
		return fmt.Errorf("generated Go is made from the formula in a form of its own; --form says how a formula is printed")
	}
	if err := checkRules(o.disable); err != nil {
		return err
	}
	if o.order < 0 {
		return fmt.Errorf("a derivative of order %d does not exist", o.order)
	}
	if c.wrt != "" && len(o.wrt) == 0 {
		return hint(fmt.Errorf("missing --wrt"), "name what to differentiate by, as in: derive %s 'EXPR' --wrt x", c.name)
	}
	if c.dir && o.dir == "" {
		return hint(fmt.Errorf("missing --dir"), "name the direction, as in --dir v")
	}
	return nil
}

// optionExpr parses the expression that an option gives, and keeps its text for messages about it.
func (o *symbolicOptions) optionExpr(option, text string) (syntax.Expr, error) {
	x, diagnostics := parser.ParseExpr(option, text)
	if diagnostics.Err() != nil {
		return nil, &sourceError{diagnostics, text}
	}
	o.texts = append(o.texts, part{option, text})
	return x, nil
}

// variables splits the values of --wrt at their commas outside brackets.
func (o *symbolicOptions) variables() ([]syntax.Expr, error) {
	var out []syntax.Expr
	for _, text := range o.wrt {
		depth, start := 0, 0
		pieces := []string{}
		for i, r := range text {
			switch {
			case r == '[' || r == '(':
				depth++
			case r == ']' || r == ')':
				depth--
			case r == ',' && depth == 0:
				pieces = append(pieces, text[start:i])
				start = i + 1
			}
		}
		for _, piece := range append(pieces, text[start:]) {
			if strings.TrimSpace(piece) == "" {
				return nil, hint(fmt.Errorf("--wrt %q names nothing", text), "name what to differentiate by, as in --wrt x,y")
			}
			option := "--wrt"
			if len(out) > 0 {
				option += fmt.Sprintf("#%d", len(out)+1)
			}
			x, err := o.optionExpr(option, strings.TrimSpace(piece))
			if err != nil {
				return nil, err
			}
			out = append(out, x)
		}
	}
	return out, nil
}

// named returns the problem that the options and arguments are about, in which every variable occurs.
func (a *app) named(o *symbolicOptions, wrt []syntax.Expr, args []string) (*problem, error) {
	p, err := a.problem(o.src, args)
	if err != nil {
		return nil, err
	}
	p.parts = append(p.parts, o.texts...)
	for _, w := range wrt {
		if err := formula.CheckVariable(p.file, w); err != nil {
			return nil, p.meaningless(err)
		}
	}
	return p, nil
}

// symbolic runs a symbolic command.
func (a *app) symbolic(cmd *cobra.Command, c symbolicCommand, o *symbolicOptions, args []string) error {
	wrt, err := o.variables()
	if err != nil {
		return err
	}
	if c.dir {
		if o.direction, err = o.optionExpr("--dir", o.dir); err != nil {
			return err
		}
	}
	p, err := a.named(o, wrt, args)
	if err != nil {
		return err
	}
	if o.symmetric {
		matrices := wrt
		if c.dir && c.name != "vjp" { // which has the shape of the variable
			matrices = append(slices.Clone(wrt), o.direction)
		}
		if err := p.assumeSymmetric(matrices); err != nil {
			return err
		}
	}
	groups := [][]syntax.Expr{wrt}
	if c.several && len(wrt) > 1 {
		groups = nil
		for _, w := range wrt {
			groups = append(groups, []syntax.Expr{w})
		}
	}
	input, _ := p.expression()
	if o.format == "go" {
		return a.printGo(cmd, p, input, groups, c, o)
	}
	var objects []*symbolicResult
	for _, group := range groups {
		x, err := c.build(p, input, group, o)
		if err != nil {
			return err
		}
		r, err := a.derive(p, x, c, o)
		if err != nil {
			return err
		}
		r.Input = syntax.Print(x)
		if len(groups) > 1 {
			r.Wrt = syntax.Print(group[0])
		}
		objects = append(objects, r)
		printTrace(cmd, r)
	}
	return printSymbolic(cmd, objects, o.format)
}

// printGo prints one Go function with an output for each group of variables.
func (a *app) printGo(cmd *cobra.Command, p *problem, input syntax.Expr, groups [][]syntax.Expr, c symbolicCommand, o *symbolicOptions) error {
	a.phase.set("generating Go")
	file := *p.file
	file.Statements = slices.Clone(file.Statements[:len(file.Statements)-1])
	for _, group := range groups {
		x, err := c.build(p, input, group, o)
		if err != nil {
			return err
		}
		file.Statements = append(file.Statements, &syntax.ExprStatement{Span: x.Source(), X: x})
	}
	code, err := (&derive.Formula{File: &file, Strict: p.strict}).Go("kernels")
	if err != nil {
		return p.meaningless(err)
	}
	_, err = cmd.OutOrStdout().Write(code)
	return err
}

// A symbolicResult is what a symbolic command prints.
type symbolicResult struct {
	Input  string `json:"input"`
	Wrt    string `json:"wrt,omitempty"`
	Result struct {
		Text  string `json:"text"`
		LaTeX string `json:"latex"`
		Index string `json:"index"`
	} `json:"result"`
	Layout     string              `json:"layout,omitempty"`
	Shape      []string            `json:"shape"`
	Params     map[string][]string `json:"params"`
	Given      []string            `json:"given"`
	Conditions []string            `json:"conditions"`
	Ops        int                 `json:"ops"`
	Warnings   []string            `json:"warnings"`

	line  string // in a format of one result a line
	trace []simplify.Step
}

// derive gives x its meaning in the problem p and simplifies it.
func (a *app) derive(p *problem, x syntax.Expr, c symbolicCommand, o *symbolicOptions) (*symbolicResult, error) {
	a.phase.set("deriving")
	f := (&derive.Formula{File: p.file, Strict: p.strict}).With(x)
	form, err := parseForm(o.form)
	if err != nil {
		return nil, err
	}
	r, err := f.Result(derive.Options{Notation: notations[o.notation], Denominator: o.layout == "denominator", Form: form, Disable: o.disable, Trace: o.trace})
	if err != nil {
		return nil, p.meaningless(err)
	}
	out := &symbolicResult{Shape: orEmpty(r.Shape), Params: map[string][]string{}, Given: orEmpty(r.Given), Conditions: orEmpty(r.Conditions), Ops: r.Ops, Warnings: orEmpty(r.Warnings)}
	out.Result.Text, out.Result.Index, out.Result.LaTeX = r.Text, r.Index, r.LaTeX()
	switch o.format {
	case "text":
		out.line = r.Text
	case "unicode":
		out.line = r.Unicode()
	case "latex":
		out.line = out.Result.LaTeX
	case "tree":
		out.line = render.Tree(r.Tree)
	}
	out.trace = r.Trace
	if c.layout {
		out.Layout = o.layout
	}
	for _, param := range r.Params {
		out.Params[param.Name] = orEmpty(param.Sizes)
	}
	return out, nil
}

// orEmpty returns a list that is [] and not null in JSON.
func orEmpty(xs []string) []string {
	if xs == nil {
		return []string{}
	}
	return xs
}

// printTrace tells which rewrites made a result, one a line.
func printTrace(cmd *cobra.Command, r *symbolicResult) {
	for _, step := range r.trace {
		fmt.Fprintf(cmd.ErrOrStderr(), "%s: %s => %s\n", step.Rule, syntax.Print(step.Before), syntax.Print(step.After))
	}
}

// printSymbolic prints results, one a line; where there are several each begins with what it is the derivative by.
func printSymbolic(cmd *cobra.Command, results []*symbolicResult, format string) error {
	if format == "json" {
		encoder := json.NewEncoder(cmd.OutOrStdout())
		encoder.SetEscapeHTML(false)
		for _, r := range results {
			if err := encoder.Encode(r); err != nil {
				return err
			}
		}
		return nil
	}
	told := map[string]bool{}
	for _, r := range results {
		line := r.line
		if r.Wrt != "" {
			line = r.Wrt + ": " + strings.ReplaceAll(line, "\n", "\n  ")
		}
		fmt.Fprintln(cmd.OutOrStdout(), line)
		for _, g := range r.Given {
			if !told[g] {
				told[g] = true
				fmt.Fprintf(cmd.ErrOrStderr(), "given %s\n", g)
			}
		}
		for _, c := range r.Conditions {
			if c = "where " + c; !told[c] {
				told[c] = true
				fmt.Fprintln(cmd.ErrOrStderr(), c)
			}
		}
		for _, w := range r.Warnings {
			if !told[w] {
				told[w] = true
				fmt.Fprintf(cmd.ErrOrStderr(), "warning: %s\n", w)
			}
		}
	}
	return nil
}
