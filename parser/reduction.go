package parser

import "github.com/seed-9905856d/derive/syntax"

// conditional reads if(c, a, b).
func (p *parser) conditional() (syntax.Expr, error) {
	start := p.next()
	if !p.at("(") {
		f := p.unexpected("'(' after 'if'")
		f.Help = "a choice is written if(x > 0, a, b)"
		return nil, f
	}
	args, err := p.arguments("the if")
	if err != nil {
		return nil, err
	}
	span := p.to(posOf(start.Pos))
	if len(args) != 3 {
		return nil, failAt(span, "if takes a condition and two values, as in if(x > 0, a, b), but %d were given", len(args))
	}
	return &syntax.If{Span: span, Cond: args[0], Then: args[1], Else: args[2]}, nil
}

// reduce reads sum[i in 1..n, j | i != j](x).
func (p *parser) reduce() (syntax.Expr, error) {
	t := p.next()
	name := functions[t.Value]
	if name == "" {
		name = canonical(t.Value)
	}
	r := &syntax.Reduce{Op: syntax.Ident{Span: spanOf(t), Name: name}}
	open := p.next()
	var err error
	if r.Binders, err = p.binders(); err != nil {
		return nil, opened(err, open)
	}
	if p.accept("|") {
		if r.Cond, err = p.argument(); err != nil {
			return nil, opened(err, open)
		}
	}
	if err := p.closeWith(open, "]", "the indices of "+t.Value); err != nil {
		return nil, err
	}
	if !p.at("(") {
		f := p.unexpected("'(' after the indices of " + t.Value)
		f.Help = "the body stands in parentheses, as in sum[i in 1..n](x[i])"
		return nil, f
	}
	open = p.next()
	if r.Body, err = p.argument(); err != nil {
		return nil, opened(err, open)
	}
	if err := p.closeWith(open, ")", "the "+t.Value); err != nil {
		return nil, err
	}
	r.Span = p.to(posOf(t.Pos))
	return r, nil
}

// binders reads i in 1..n, j.
func (p *parser) binders() ([]syntax.Binder, error) {
	var binders []syntax.Binder
	for {
		t := p.lex.Peek()
		if t.Type != typeName {
			return nil, p.unexpected("an index")
		}
		p.next()
		b := syntax.Binder{Name: syntax.Ident{Span: spanOf(t), Name: canonical(t.Value)}}
		if in := p.lex.Peek(); in.Type == typeKeyword && (in.Value == "in" || in.Value == "∈") {
			p.next()
			if err := p.rangeOf(&b); err != nil {
				return nil, err
			}
		} else if p.at("=") {
			f := p.unexpected("'in' and a range")
			f.Help = "write " + t.Value + " in 1..n"
			return nil, f
		}
		b.Span = p.to(posOf(t.Pos))
		binders = append(binders, b)
		if !p.accept(",") {
			return binders, nil
		}
	}
}

// rangeOf reads lo..hi.
func (p *parser) rangeOf(b *syntax.Binder) (err error) {
	if b.Lo, err = p.nested(syntax.LevelSum); err != nil {
		return err
	}
	if !p.accept("..") {
		f := p.unexpected("'..' and the end of the range")
		f.Help = "a range is written 1..n"
		return f
	}
	b.Hi, err = p.nested(syntax.LevelSum)
	return err
}
