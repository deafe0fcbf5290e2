package codegen

// A copier copies statements, the variables that they define becoming new ones.
type copier struct {
	vars  map[*Var]*Var // what stands for a variable of the original
	forms map[*Var]Int  // what stands for one of a loop
}

func (c *copier) stmt(st Stmt) Stmt {
	switch st := st.(type) {
	case *Let:
		let := *st
		let.Args = make([]Arg, len(st.Args))
		for k, a := range st.Args {
			let.Args[k] = c.arg(a)
		}
		let.At, let.Var = c.int(st.At), c.define(st.Var)
		return &let
	case *Set:
		set := *st
		set.X = c.arg(st.X)
		if st.Declare {
			set.Var = c.define(st.Var)
		} else {
			set.Var = c.variable(st.Var)
		}
		return &set
	case *Store:
		store := *st
		store.At, store.X = c.int(st.At), c.arg(st.X)
		return &store
	case *If:
		return &If{Cond: c.bool(st.Cond), Then: c.block(st.Then), Else: c.block(st.Else)}
	}
	panic("codegen: a statement that is never copied")
}

func (c *copier) block(b *Block) *Block {
	if b == nil {
		return nil
	}
	out := &Block{}
	for _, st := range b.Stmts {
		out.Stmts = append(out.Stmts, c.stmt(st))
	}
	return out
}

// define makes the variable that stands for v in the copy.
func (c *copier) define(v *Var) *Var {
	own := *v
	c.vars[v] = &own
	return &own
}

func (c *copier) variable(v *Var) *Var {
	if own, ok := c.vars[v]; ok {
		return own
	}
	return v
}

func (c *copier) arg(a Arg) Arg {
	if a.Var != nil {
		a.Var = c.variable(a.Var)
	}
	return a
}

func (c *copier) int(a Int) Int {
	var sum Int
	for _, t := range a.terms {
		product := intConst(t.coef)
		for _, v := range t.vars {
			factor, ok := c.forms[v]
			if !ok {
				factor = intVar(c.variable(v))
			}
			product = product.times(factor)
		}
		sum = sum.plus(product)
	}
	return sum
}

func (c *copier) bool(b Bool) Bool {
	b.X, b.Y, b.Left, b.Right = c.arg(b.X), c.arg(b.Y), c.int(b.Left), c.int(b.Right)
	parts := b.Parts
	b.Parts = nil
	for _, p := range parts {
		b.Parts = append(b.Parts, c.bool(p))
	}
	return b
}
