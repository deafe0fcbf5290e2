package parser

import (
	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/seed-9905856d/derive/syntax"
)

// The grammar of statements. Expressions, and what may hold one in brackets, parse themselves.

type statement struct {
	Param  *paramStatement  `parser:"  @@"`
	Given  *givenStatement  `parser:"| @@"`
	Kernel *kernelStatement `parser:"| @@"`
	Define *defineStatement `parser:"| @@"`
	Expr   *expression      `parser:"| @@"`
}

type paramStatement struct {
	Decls []declaration `parser:"'param':Keyword @@ ( ',' @@ )*"`
}

type givenStatement struct {
	Cond expression `parser:"'given':Keyword @@"`
}

type kernelStatement struct {
	Head    kernelHead `parser:"'kernel':Keyword @@"`
	Outputs []output   `parser:"'=' @@ ( ',' @@ )*"`
}

type defineStatement struct {
	Left left       `parser:"Definition @@"`
	Body expression `parser:"'=' @@"`
}

// statements is the grammar as participle runs it.
var statements = participle.MustBuild[statement](participle.Lexer(definition{}))

// kernelHead is NAME(a, b) of a kernel.
type kernelHead struct {
	name   syntax.Ident
	params []syntax.Ident
}

// Parse implements participle.Parseable.
func (k *kernelHead) Parse(lex *lexer.PeekingLexer) (err error) {
	p := newParser(lex)
	if k.name, err = p.identifier(); err != nil {
		return err
	}
	if !p.at("(") {
		f := p.unexpected("'(' and the parameters after kernel " + k.name.Name)
		f.Help = "a kernel is written kernel " + k.name.Name + "(a, b) = EXPR"
		return f
	}
	open := p.next()
	for !p.accept(")") {
		param, err := p.identifier()
		if err != nil {
			return opened(err, open)
		}
		k.params = append(k.params, param)
		if p.at(")") || p.accept(",") && !p.at(")") {
			continue
		}
		if p.at(")") {
			return opened(p.unexpected("a name"+p.after()), open)
		}
		f := p.unexpected("',' or ')' to close the parameters")
		f.Help = "separate names with commas"
		if p.at("[") {
			f.Help = "a kernel lists names; param declares their sizes"
		}
		return opened(f, open)
	}
	if !p.at("=") {
		return p.unexpected("'=' and an output after the parameters")
	}
	return nil
}

func (p *parser) identifier() (syntax.Ident, error) {
	t := p.lex.Peek()
	if t.Type != typeName {
		return syntax.Ident{}, p.unexpected("a name" + p.after())
	}
	p.next()
	return syntax.Ident{Span: spanOf(t), Name: canonical(t.Value)}, nil
}

// declaration is A[m,n+1].
type declaration struct{ syntax.Decl }

// Parse implements participle.Parseable.
func (d *declaration) Parse(lex *lexer.PeekingLexer) (err error) {
	p := newParser(lex)
	if d.Decl, err = p.decl(); err != nil {
		return err
	}
	if t := lex.Peek(); !t.EOF() && !p.at(",") {
		f := p.unexpected("',' or the end of the declaration")
		if f.Help = "separate names with commas"; p.at("=") {
			f.Help = "param declares inputs; a definition needs no keyword"
		}
		return f
	}
	return nil
}

func (p *parser) decl() (d syntax.Decl, err error) {
	if d.Name, err = p.identifier(); err != nil {
		return d, err
	}
	if p.at("[") {
		if d.Sizes, err = p.list(p.lex.Peek(), "]", "the sizes of "+d.Name.Name, p.size()); err != nil {
			return d, err
		}
	}
	d.Span = p.to(d.Name.Span.Pos)
	return d, nil
}

// size returns the reader of one size; the first also steps over the bracket before it.
func (p *parser) size() func() (syntax.Expr, error) {
	p.next()
	return func() (syntax.Expr, error) { return p.nested(syntax.LevelSum) }
}

// output is out: EXPR or EXPR.
type output struct{ syntax.Output }

// Parse implements participle.Parseable.
func (o *output) Parse(lex *lexer.PeekingLexer) error {
	p := newParser(lex)
	start := posOf(lex.Peek().Pos)
	if ahead := *lex; ahead.Next().Type == typeName && ahead.Peek().Value == ":" {
		o.Name, _ = p.identifier()
		p.next()
	}
	var x expression
	if err := x.Parse(lex); err != nil {
		return err
	}
	o.Value = x.Expr
	o.Span = syntax.Span{Pos: start, End: x.Source().End}
	return nil
}

// left is the left side of a definition: f(x, a = 1)[i in 2..n].
type left struct{ syntax.Define }

// Parse implements participle.Parseable.
func (l *left) Parse(lex *lexer.PeekingLexer) (err error) {
	p := newParser(lex)
	if l.Name, err = p.identifier(); err != nil {
		return err
	}
	if p.at("(") {
		l.IsFunc = true
		if l.Params, err = p.params(); err != nil {
			return err
		}
	}
	if p.at("[") {
		open := p.next()
		if l.Indices, err = p.binders(); err != nil {
			return opened(err, open)
		}
		if err := p.closeWith(open, "]", "the indices of "+l.Name.Name); err != nil {
			return err
		}
	}
	if !p.at("=") {
		f := p.unexpected("'=' after " + l.Name.Name)
		f.Help = "the left side of a definition is a name, T[i,j] or f(x); equality is written =="
		if t := lex.Peek(); t.Type == typeName {
			f.Help = "a definition begins with its name: " + t.Value + " = …"
			if word := p.misspelled(); word != "" {
				f.Help = "did you mean \"" + word + "\"?"
			}
		}
		return f
	}
	return nil
}

// params reads (z[n], a = 0.01).
func (p *parser) params() ([]syntax.FuncParam, error) {
	open := p.next()
	if p.accept(")") {
		return nil, nil
	}
	var params []syntax.FuncParam
	for {
		d, err := p.decl()
		if err != nil {
			return nil, opened(err, open)
		}
		param := syntax.FuncParam{Decl: d}
		if p.accept("=") {
			if param.Default, err = p.argument(); err != nil {
				return nil, opened(err, open)
			}
			param.Span = p.to(param.Span.Pos)
		}
		params = append(params, param)
		if p.accept(")") {
			return params, nil
		}
		if !p.accept(",") {
			f := p.unexpected("',' or ')' to close the parameters")
			if p.lex.Peek().Type == typeName {
				f.Help = "separate parameters with commas"
			}
			return nil, opened(f, open)
		}
	}
}

// tree returns the statement as a node of the syntax tree.
func (s *statement) tree(span syntax.Span) syntax.Statement {
	switch {
	case s.Param != nil:
		param := &syntax.Param{Span: span}
		for _, d := range s.Param.Decls {
			param.Decls = append(param.Decls, d.Decl)
		}
		return param
	case s.Given != nil:
		return &syntax.Given{Span: span, Cond: s.Given.Cond.Expr}
	case s.Kernel != nil:
		kernel := &syntax.Kernel{Span: span, Name: s.Kernel.Head.name, Params: s.Kernel.Head.params}
		for _, out := range s.Kernel.Outputs {
			kernel.Outputs = append(kernel.Outputs, out.Output)
		}
		return kernel
	case s.Define != nil:
		define := s.Define.Left.Define
		define.Span, define.Body = span, s.Define.Body.Expr
		return &define
	}
	return &syntax.ExprStatement{Span: span, X: s.Expr.Expr}
}
