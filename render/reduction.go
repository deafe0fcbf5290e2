package render

import "github.com/seed-9905856d/derive/syntax"

// reduce prints an operator with its indices below it.
func (p *printer) reduce(e *syntax.Reduce) {
	switch e.Op.Name {
	case "tensor":
		p.fenced("(", []syntax.Expr{e.Body}, ")")
		p.under(e.Binders, e.Cond)
	case "sum", "prod":
		p.limits(reductionName(e.Op.Name), e.Binders, e.Cond)
		p.put(" ")
		p.right(e.Body, syntax.LevelProduct, false)
	default:
		p.put(reductionName(e.Op.Name))
		p.under(e.Binders, e.Cond)
		p.put(" ")
		p.right(e.Body, syntax.LevelPower, false)
	}
}

// limits prints one \sum for each index with a range and one for all indices without that
// stand side by side. The condition belongs to the last.
func (p *printer) limits(operator string, binders []syntax.Binder, cond syntax.Expr) {
	for first := 0; first < len(binders); {
		end := first + 1
		for end < len(binders) && binders[first].Lo == nil && binders[end].Lo == nil {
			end++
		}
		group, b := binders[first:end], binders[first]
		if first > 0 {
			p.put(" ")
		}
		rows := []func(){func() { p.bound(group) }}
		if b.Lo != nil {
			rows[0] = func() {
				p.name(b.Name.Name, nil)
				p.put("=")
				p.operand(b.Lo, syntax.LevelSum, false)
			}
		}
		if end == len(binders) && cond != nil {
			if b.Lo == nil && len(group) == 1 && startsWith(cond, b.Name.Name) {
				rows = nil // j ≠ i says which index it is about
			}
			rows = p.conditions(rows, cond)
		}
		p.put(operator + "_")
		p.small(func() { p.stack(rows) })
		if b.Lo != nil {
			p.put("^")
			p.small(func() { p.whole(b.Hi) })
		}
		first = end
	}
}

// startsWith reports whether cond is one comparison of the index with something else.
func startsWith(cond syntax.Expr, index string) bool {
	c, ok := syntax.Unparen(cond).(*syntax.Compare)
	if !ok || len(c.Operands) != 2 {
		return false
	}
	n, ok := syntax.Unparen(c.Operands[0]).(*syntax.Name)
	return ok && n.Name == index
}

// conditions appends a row for each part of a conjunction.
func (p *printer) conditions(rows []func(), cond syntax.Expr) []func() {
	var parts []syntax.Expr
	for {
		cond = syntax.Unparen(cond)
		and, ok := cond.(*syntax.Binary)
		if !ok || and.Op != syntax.And {
			break
		}
		parts = append(parts, and.Y)
		cond = and.X
	}
	parts = append(parts, cond)
	for i := len(parts) - 1; i >= 0; i-- {
		rows = append(rows, func() { p.whole(parts[i]) })
	}
	return rows
}

// bound prints i,j.
func (p *printer) bound(binders []syntax.Binder) {
	for i, b := range binders {
		if i > 0 {
			p.put(",")
		}
		p.name(b.Name.Name, nil)
	}
}

// under prints indices, their ranges and the condition below the line.
func (p *printer) under(binders []syntax.Binder, cond syntax.Expr) {
	var rows []func()
	for first := 0; first < len(binders); {
		end := first + 1
		for end < len(binders) && binders[first].Lo == nil && binders[end].Lo == nil {
			end++
		}
		group, b := binders[first:end], binders[first]
		if b.Lo == nil {
			rows = append(rows, func() { p.bound(group) })
		} else {
			rows = append(rows, func() {
				p.operand(b.Lo, syntax.LevelSum, false)
				p.put(operators[syntax.Le])
				p.name(b.Name.Name, nil)
				p.put(operators[syntax.Le])
				p.operand(b.Hi, syntax.LevelSum, false)
			})
		}
		first = end
	}
	if cond != nil {
		if len(binders) == 1 && binders[0].Lo == nil && startsWith(cond, binders[0].Name.Name) {
			rows = nil
		}
		rows = p.conditions(rows, cond)
	}
	p.put("_")
	p.small(func() { p.stack(rows) })
}

// stack prints rows under each other.
func (p *printer) stack(rows []func()) {
	if len(rows) == 1 {
		rows[0]()
		return
	}
	p.put(`\substack{`)
	for i, row := range rows {
		if i > 0 {
			p.nextRow()
		}
		row()
	}
	p.put("}")
}
