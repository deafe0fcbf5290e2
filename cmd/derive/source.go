package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
)

// stdinName is what diagnostics call standard input, and "-" what the user calls it.
const stdinName = "<stdin>"

// read returns the text of a file, or of standard input for "-", and what diagnostics call it.
func (a *app) read(path string) (name, text string, err error) {
	a.phase.set("reading " + path)
	var r io.Reader = a.stdin
	name = stdinName
	if path != "-" {
		name = path
		f, err := os.Open(path)
		if err != nil {
			return name, "", fmt.Errorf("cannot read %s: %w", path, cause(err))
		}
		defer f.Close()
		r = f
	}
	// One byte more than the parser takes tells a text that is too long from one that just fits.
	data, err := io.ReadAll(io.LimitReader(r, parser.MaxLength+1))
	if err != nil {
		return name, "", fmt.Errorf("cannot read %s: %w", name, cause(err))
	}
	return name, string(data), nil
}

// A problem is a formula to work on, put together from the command line: what a file
// defines, what --param and --given add, and the expression itself.
type problem struct {
	file  *syntax.File
	parts []part
	// strict says that every name must be declared or defined, as in a file that declares its parameters.
	strict bool
}

// A part is one of the texts that a problem is made from.
type part struct{ name, text string }

// A formulaSource is what the options and arguments of a command say about its formula.
type formulaSource struct {
	expr   string   // -e
	file   string   // -f
	params []string // --param
	givens []string // --given
}

// register adds the options that say what a formula is.
func (src *formulaSource) register(flags *pflag.FlagSet) {
	flags.StringVarP(&src.expr, "expr", "e", "", "the formula, instead of as an argument")
	flags.StringVarP(&src.file, "file", "f", "", "a formula file whose definitions the formula may use")
	flags.StringArrayVar(&src.params, "param", nil, "declare a parameter, as in 'l[n]' (repeatable)")
	flags.StringArrayVar(&src.givens, "given", nil, "an assumption, as in 'sum(y) == 1' (repeatable)")
}

// meaningless shows where in the text a formula has no meaning.
func (p *problem) meaningless(err error) error {
	var ds syntax.Diagnostics
	if !errors.As(err, &ds) || len(ds) == 0 {
		return err
	}
	return p.failure(ds)
}

// problem reads the formula that args and the options name.
func (a *app) problem(src formulaSource, args []string) (*problem, error) {
	expr, err := src.expression(a, args)
	if err != nil {
		return nil, err
	}
	p := &problem{file: &syntax.File{}}
	if src.file != "" {
		name, text, err := a.read(src.file)
		if err != nil {
			return nil, err
		}
		p.parts = append(p.parts, part{name, text})
	}
	for i, decl := range src.params {
		p.parts = append(p.parts, part{fmt.Sprintf("--param#%d", i+1), "param " + decl})
	}
	for i, cond := range src.givens {
		p.parts = append(p.parts, part{fmt.Sprintf("--given#%d", i+1), "given " + cond})
	}
	p.parts = append(p.parts, expr)
	a.phase.set("reading the formula")
	for _, part := range p.parts {
		file, diagnostics := parser.ParseFile(part.name, part.text)
		if diagnostics.Err() != nil {
			return nil, &sourceError{diagnostics, part.text}
		}
		p.file.Statements = append(p.file.Statements, file.Statements...)
	}
	for _, s := range p.file.Statements {
		if d, ok := s.(*syntax.Param); ok && d.Pos.Filename == src.file && src.file != "" {
			p.strict = true
		}
	}
	last := p.parts[len(p.parts)-1]
	p.file.Name, p.file.Text = last.name, last.text
	if _, ok := p.expression(); !ok {
		return nil, hint(errors.New("there is no expression to work on"),
			"end the formula with an expression, such as: L = sum(x^2); grad(L, x)")
	}
	return p, nil
}

// expression returns the expression that the problem is about: its last statement.
func (p *problem) expression() (syntax.Expr, bool) {
	if len(p.file.Statements) == 0 {
		return nil, false
	}
	s, ok := p.file.Statements[len(p.file.Statements)-1].(*syntax.ExprStatement)
	if !ok {
		return nil, false
	}
	return s.X, true
}

// text returns the text that diagnostics with this file name speak of.
func (p *problem) text(name string) string {
	for _, part := range p.parts {
		if part.name == name {
			return part.text
		}
	}
	return ""
}

// failure makes an error of diagnostics, each with an excerpt of the text that it is about.
func (p *problem) failure(ds syntax.Diagnostics) error {
	return &sourceError{ds, p.text(ds[0].Span.Pos.Filename)}
}

// expression returns the text of the expression: the argument, -e, or standard input for "-".
func (src formulaSource) expression(a *app, args []string) (part, error) {
	switch {
	case src.expr != "" && len(args) > 0:
		return part{}, fmt.Errorf("two formulas: %q and -e %q", args[0], src.expr)
	case src.expr != "":
		return part{"-e", src.expr}, nil
	case len(args) == 0:
		return part{}, hint(errors.New("missing formula"), "give it as an argument, with -e, or as - for standard input")
	case args[0] == "-":
		name, text, err := a.read("-")
		return part{name, text}, err
	}
	if strings.TrimSpace(args[0]) == "" {
		return part{}, errors.New("the formula is empty")
	}
	return part{"", args[0]}, nil
}
