package codegen

import "github.com/seed-9905856d/derive/expr"

// stabilise writes outputs so that floating-point arithmetic neither overflows nor cancels where a rewrite can avoid
// it. The canonical form is one for comparing; these passes bring it into one for computing. Each of them is an
// equation that holds for every formula of its shape; none knows a library function.
//
//	cofactors    det(A)·A⁻¹ = adj(A), for singular A too
//	bounded      rational functions of exp(z) in terms of sigmoid(z), where they are bounded
//	invariant    f(x + t) = f(x) for all t: f(x) = f(x - max x)
//	shift        log Σ exp(aⱼ) = m + log Σ exp(aⱼ - m) with m = max aⱼ, and the same under powers
//	restore      exp(-2·z)·(t·exp(z) - a)² = (t - a·exp(-z))²
//	gather       exp(a)·exp(b)^c = exp(a + c·b), 1/(1 + exp(z)) = sigmoid(-z)
//	spread       exp(-u)·Σ exp(aⱼ)·Σ exp(bⱼ) = Σ exp(aⱼ - u/2)·Σ exp(bⱼ - u/2)
//	tails        2 - erfc(u) = erfc(-u), exp(-u²)/erfc(u) = 1/erfcx(u)
//	logarithmsByName  log(cosh(x)) = |x| + log(1 + exp(-2·|x|)) - log(2), log(x + √(x² + 1)) = asinh(x)
//	compensate   log(1 + x), exp(x) - 1, 1 - sigmoid(z), 1 - tanh(x)² without cancellation
//	series       exp(x) - 1 - x = x²/2 + x³/6 + … beside 0, and whatever else vanishes there to a higher order than its terms
//	centre       Σ pⱼ·qⱼ - (Σ pⱼ)·(Σ rⱼ) = Σ pⱼ·(qⱼ - Σ rᵢ)
//	directions   x/‖x‖ = 0 at x = 0
//	scale        √(Σ aⱼ²) = √(Σ (s·aⱼ)²)/s where aⱼ² overflow or vanish
//	pairs        (Π xⱼ)ᵖ = (Π mⱼ)ᵖ·2^(p·Σ eⱼ) for xⱼ = mⱼ·2^eⱼ
//	strongZeros  0·log(x) = 0
//
// With fast numerics only gather, directions and strongZeros are run.
func stabilise(s *expr.Session, outputs []Output, n Numerics) []Output {
	st := &stabiliser{s: s, families: map[*expr.Node]*family{}, found: map[*expr.Node][]member{}, underLog: map[*expr.Node]bool{}, chosen: map[*expr.Node]bool{},
		branches: map[*expr.Node]branch{}, seriesOf: map[string]*expr.Func{}}
	for _, o := range outputs {
		st.find(o.Value)
	}
	stable := make([]Output, len(outputs))
	if n == Fast {
		for k, o := range outputs {
			v := o.Value
			if st.exp != nil {
				v = st.gather(v, o.Indices)
			}
			v = st.directions(v, o.Indices)
			stable[k] = o
			stable[k].Value = st.strongZeros(v, o.Indices)
		}
		return stable
	}
	for k, o := range outputs {
		stable[k] = o
		v := st.centre(st.cofactors(o.Value), o.Indices)
		if st.exp != nil {
			v = st.bounded(v, o.Indices)
			v = st.invariant(v)
			v = st.shift(v, o.Indices)
			st.gatherFamilies(o.Indices)
			v = st.restore(v, o.Indices)
			v = st.gather(v, o.Indices)
			v = st.spread(v, o.Indices)
		}
		if st.erfc {
			v = st.tails(v, o.Indices)
		}
		if st.log != nil {
			v = st.logarithmsByName(v, o.Indices)
		}
		st.findLogarithms(v, o.Indices)
		stable[k].Value = v
	}
	for k, o := range stable {
		v := st.series(st.compensate(o.Value, o.Indices), o.Indices)
		v = st.directions(v, o.Indices)
		v = st.pairs(st.scale(v, o.Indices), o.Indices)
		stable[k].Value = st.strongZeros(v, o.Indices)
	}
	return stable
}

type stabiliser struct {
	s        *expr.Session
	exp, log *expr.Func             // as the formula has them
	erfc     bool                   // whether it has erfc
	families map[*expr.Node]*family // by their keys
	keys     []*expr.Node           // of families, in the order in which they were found, inner sums first
	gathered int                    // how many of the keys are as gather leaves the expressions that they are looked for in
	found    map[*expr.Node][]member
	underLog map[*expr.Node]bool   // sums of which there is the logarithm, closed over their indices
	divisors []*expr.Node          // what stands under the line in the product that is being looked at
	branches map[*expr.Node]branch // conditional expressions that stand for a power series
	seriesOf map[string]*expr.Func // functions of power series, by their names
	unknown  *expr.Node            // the variable of power series
	chosen   map[*expr.Node]bool   // conditional expressions that stand for a difference
}

// find looks for the functions exp, log and erfc.
func (st *stabiliser) find(x *expr.Node) {
	walk(x, func(n *expr.Node) {
		if n.Kind() != expr.KindCall {
			return
		}
		switch n.Func().Name {
		case "exp":
			st.exp = n.Func()
		case "log":
			st.log = n.Func()
		case "erfc":
			st.erfc = true
		}
	})
}

func isCall(n *expr.Node, name string) bool {
	return n.Kind() == expr.KindCall && n.Func().Name == name
}

// multiple reads x as c·of, a multiple of one product.
func multiple(x *expr.Node) (c expr.Rat, of *expr.Node, ok bool) {
	constant, terms := expr.Terms(x)
	if x.Kind() != expr.KindAdd || !constant.IsZero() || len(terms) != 1 {
		return expr.Rat{}, nil, false
	}
	return terms[0].Coef, terms[0].X, true
}

// exponent reads a factor as exp(x)^c or e^c and returns c·x.
func (st *stabiliser) exponent(f *expr.Node) (*expr.Node, bool) {
	s := st.s
	switch {
	case isCall(f, "exp"), isCall(f, fnExp.Name):
		return f.Args()[0], true
	case f.Kind() == expr.KindConst && f.Name() == "e":
		return s.Int(1), true
	case f.Kind() == expr.KindPow:
		base, power := f.Args()[0], f.Args()[1]
		if isCall(base, "exp") || isCall(base, fnExp.Name) {
			return s.Mul(power, base.Args()[0]), true
		}
		if base.Kind() == expr.KindConst && base.Name() == "e" {
			return power, true
		}
	}
	return nil, false
}

// exponents divides factors into the exponent of their exponentials and the others.
func (st *stabiliser) exponents(factors []*expr.Node) (x *expr.Node, rest []*expr.Node) {
	x = st.s.Int(0)
	for _, f := range factors {
		if e, ok := st.exponent(f); ok {
			x = st.s.Linear(expr.Int(0), []expr.Term{{Coef: expr.Int(1), X: x}, {Coef: expr.Int(1), X: e}})
			continue
		}
		rest = append(rest, f)
	}
	return x, rest
}

// hasExp reports whether a product has an exponential among its factors.
func (st *stabiliser) hasExp(n *expr.Node) bool {
	for _, f := range expr.Factors(n) {
		if _, ok := st.exponent(f); ok && f.Kind() != expr.KindConst && !(f.Kind() == expr.KindPow && f.Args()[0].Kind() == expr.KindConst) {
			return true
		}
	}
	return false
}
