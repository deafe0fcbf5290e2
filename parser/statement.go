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
	Name    identifier   `parser:"'kernel':Keyword @@"`
	Params  []identifier `parser:"'(' ( @@ ( ',' @@ )* )? ')'"`
	Outputs []output     `parser:"'=' @@ ( ',' @@ )*"`
}

type defineStatement struct {
	Left left       `parser:"Definition @@"`
	Body expression `parser:"'=' @@"`
}

// statements is the grammar as participle runs it.
var statements = participle.MustBuild[statement](participle.Lexer(definition{}))

// identifier is a name where nothing else may stand.
type identifier struct{ syntax.Ident }

// Parse implements participle.Parseable.
func (i *identifier) Parse(lex *lexer.PeekingLexer) (err error) {
	p := parser{lex: lex}
	i.Ident, err = p.identifier()
	return err
}

func (p *parser) identifier() (syntax.Ident, error) {
	t := p.lex.Peek()
	if t.Type != typeName {
		return syntax.Ident{}, p.unexpected("a name")
	}
	p.next()
	return syntax.Ident{Span: spanOf(t), Name: canonical(t.Value)}, nil
}

// declaration is A[m,n+1].
type declaration struct{ syntax.Decl }

// Parse implements participle.Parseable.
func (d *declaration) Parse(lex *lexer.PeekingLexer) (err error) {
	p := parser{lex: lex}
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
	p := parser{lex: lex}
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
	p := parser{lex: lex}
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
			return nil, opened(p.unexpected("',' or ')' to close the parameters"), open)
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
		kernel := &syntax.Kernel{Span: span, Name: s.Kernel.Name.Ident}
		for _, param := range s.Kernel.Params {
			kernel.Params = append(kernel.Params, param.Ident)
		}
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
