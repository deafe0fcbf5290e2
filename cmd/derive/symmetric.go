package main

import (
	"fmt"
	"slices"

	"github.com/seed-9905856d/derive/diff"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
)

// assumeSymmetric adds the givens of --symmetric, before the formula: that each of the matrices is symmetric.
func (p *problem) assumeSymmetric(matrices []syntax.Expr) error {
	last := len(p.file.Statements) - 1
	statements := slices.Clone(p.file.Statements[:last])
	for k, w := range matrices {
		text := syntax.Print(w)
		option := "--symmetric"
		if k > 0 {
			option += fmt.Sprintf("#%d", k+1)
		}
		x, diagnostics := parser.ParseExpr(option, text)
		if diagnostics.Err() != nil {
			return &sourceError{diagnostics, text}
		}
		p.parts = append(p.parts, part{option, text})
		equation := &syntax.Compare{Span: x.Source(), Operands: []syntax.Expr{x, &syntax.Transpose{Span: x.Source(), X: x}}, Ops: []syntax.Op{syntax.Eq}}
		statements = append(statements, &syntax.Given{Span: x.Source(), Cond: equation})
	}
	p.file.Statements = append(statements, p.file.Statements[last])
	return nil
}

// tied returns what a change of both W[i,j] and W[j,i] does, of the derivative g by the entries of a matrix W: g + g' - diag(diag(g)). Source: Petersen and
// Pedersen, The Matrix Cookbook, 2012, (138).
func tied(g syntax.Expr) syntax.Expr {
	both := syntax.NewBinary(syntax.Add, g, &syntax.Transpose{X: g})
	return syntax.NewBinary(syntax.Sub, both, callOf("diag", callOf("diag", g)))
}

// tiedJacobian is the same of a Jacobian whose function has the given rank, entry by entry. In the denominator layout the axes of the variable come first.
func tiedJacobian(p *problem, jacobian syntax.Expr, rank int, denominator bool) syntax.Expr {
	if rank == 0 {
		return tied(jacobian)
	}
	names := p.indexNames(rank + 2)
	at := func(k int) syntax.Expr { return &syntax.Name{Name: names[k]} }
	order := make([]int, rank+2)
	for k := range order {
		order[k] = k
	}
	if denominator {
		order = append(order[rank:rank+2:rank+2], order[:rank]...)
	}
	binders := make([]syntax.Binder, len(order))
	for k, n := range order {
		binders[k] = syntax.Binder{Name: syntax.Ident{Name: names[n]}}
	}
	entry := func(row, column int) syntax.Expr {
		var subs []syntax.Expr
		for k := range rank {
			subs = append(subs, at(k))
		}
		return &syntax.Subscript{X: jacobian, Subs: append(subs, at(row), at(column))}
	}
	onDiagonal := &syntax.Iverson{Cond: &syntax.Compare{Operands: []syntax.Expr{at(rank), at(rank + 1)}, Ops: []syntax.Op{syntax.Eq}}}
	both := syntax.NewBinary(syntax.Add, entry(rank, rank+1), entry(rank+1, rank))
	body := syntax.NewBinary(syntax.Sub, both, syntax.NewBinary(syntax.Mul, onDiagonal, entry(rank, rank+1)))
	return &syntax.Reduce{Op: syntax.Ident{Name: "tensor"}, Binders: binders, Body: body}
}

// indexNames returns names for indices that the formula does not use.
func (p *problem) indexNames(count int) []string {
	used := map[string]bool{}
	for _, st := range p.file.Statements {
		syntax.InspectStatement(st, func(x syntax.Expr) bool {
			switch x := x.(type) {
			case *syntax.Name:
				used[x.Name] = true
			case *syntax.Reduce:
				for _, b := range x.Binders {
					used[b.Name.Name] = true
				}
			}
			return true
		})
	}
	var names []string
	for k := 0; len(names) < count; k++ {
		name := string(rune('i' + k%4))
		if k >= 4 {
			name += fmt.Sprintf("_%d", k/4)
		}
		if !used[name] {
			names = append(names, name)
		}
	}
	return names
}

// rank returns the number of axes of x, those of free indices left out.
func (p *problem) rank(x syntax.Expr) (int, error) {
	file := *p.file
	last := len(file.Statements) - 1
	file.Statements = append(file.Statements[:last:last], &syntax.ExprStatement{Span: x.Source(), X: x})
	session := expr.NewSession()
	session.Allow(formula.Work(&file))
	f, err := formula.New(session, &file, formula.Options{Strict: p.strict, Calculus: diff.NewCalculus()})
	if err != nil {
		return 0, p.meaningless(err)
	}
	t, free, err := f.Expression(x)
	if err != nil {
		return 0, p.meaningless(err)
	}
	return t.Rank() - free, nil
}
