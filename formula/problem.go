package formula

import (
	"fmt"
	"slices"
	"sync"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
)

// A Problem is a formula file made meaningful, in one session.
type Problem struct {
	Session     *expr.Session
	Params      []*expr.Symbol // the inputs, in order of declaration or of first appearance
	Givens      []Given
	Definitions []*Definition // those without parameters, in the order of the file
	Kernels     []*Kernel
	Warnings    []string // of what is inferred in a way that may not be meant, and of names that look like others

	calculus    Calculus
	definitions map[string]*syntax.Define
	functions   map[string][]*syntax.Define
	inputs      map[string]*expr.Symbol
	declared    map[string]syntax.Decl // where inputs are declared
	sizes       map[string]*expr.Node
	integers    map[string]bool
	called      []string
	indices     map[string]bool              // names that one-liners use as free indices
	deferred    map[int]syntax.Expr          // givens about the free indices of an expression, by their number
	filled      map[syntax.Expr][]*expr.Node // the inferred sizes of vector(1), matrix(1) and eye
	world       *world
	lowering    *lowering
}

// A Definition is a named tensor: the entries of its symbol stand for those of its value.
type Definition struct {
	Name   string
	Symbol *expr.Symbol
	Value  Tensor
}

// A Kernel is a Go function to generate.
type Kernel struct {
	Name    string
	Params  []*expr.Symbol
	Outputs []Output
	Source  *syntax.Kernel
}

// An Output is one result of a kernel; Name is empty where the user gave none and none can be made up.
type Output struct {
	Name   string
	Value  Tensor
	Source syntax.Expr
}

// Options say how a file is read.
type Options struct {
	// Strict demands that every name is declared or defined, as in a file; otherwise names that are not are
	// inputs, whose ranks and sizes are inferred.
	Strict bool
	// Calculus differentiates; without it derivative operators are errors.
	Calculus Calculus
}

// The work that a formula may take from its text to its simplified form, as [expr.Session.Allow] counts it: MaxWork, and MaxWorkPerByte for each
// byte of text.
const (
	MaxWork        = 1 << 22
	MaxWorkPerByte = 64
)

// Work returns what the formulas of a file may take.
func Work(file *syntax.File) int { return MaxWork + MaxWorkPerByte*len(file.Text) }

// New gives a file its meaning. An error of the user is of type [syntax.Diagnostics].
func New(s *expr.Session, file *syntax.File, o Options) (_ *Problem, err error) {
	defer expr.Catch(&err)
	p := newProblem(s, o)
	var ds syntax.Diagnostics
	try := func(f func()) {
		if err := guard(f); err != nil {
			ds = append(ds, *err)
		}
	}
	try(func() { p.declare(file) })
	if len(ds) > 0 {
		return nil, ds
	}
	try(func() { p.inferNames(file, o) })
	if len(ds) > 0 {
		return nil, ds
	}
	for _, st := range file.Statements {
		switch st := st.(type) {
		case *syntax.Define:
			if !st.IsFunc {
				try(func() { p.addDefinition(st) })
			} else {
				try(func() { p.checkFunction(st) })
			}
		case *syntax.Given:
			try(func() { p.addGiven(st.Cond) })
		}
		if len(ds) > 0 { // what follows would only repeat it
			return nil, ds
		}
	}
	for _, st := range file.Statements {
		if k, ok := st.(*syntax.Kernel); ok {
			try(func() { p.addKernel(k) })
		}
	}
	if len(ds) > 0 {
		return nil, ds
	}
	for _, d := range syntax.Confusable(file) {
		p.Warnings = append(p.Warnings, d.Message)
	}
	return p, nil
}

func newProblem(s *expr.Session, o Options) *Problem {
	p := &Problem{
		Session: s, calculus: o.Calculus, world: newWorld(),
		definitions: map[string]*syntax.Define{}, functions: map[string][]*syntax.Define{},
		inputs: map[string]*expr.Symbol{}, declared: map[string]syntax.Decl{}, sizes: map[string]*expr.Node{}, integers: map[string]bool{},
		indices: map[string]bool{}, deferred: map[int]syntax.Expr{},
		filled: map[syntax.Expr][]*expr.Node{},
	}
	p.lowering = newLowering(p)
	return p
}

// inferNames infers what names mean that nothing declares and, also where there are none, the sizes that only their surroundings say.
func (p *Problem) inferNames(file *syntax.File, o Options) {
	if !o.Strict {
		p.infer(file)
	} else if hasFilled(file) {
		p.inferFilled(file)
	}
}

func newLowering(p *Problem) *lowering {
	return &lowering{p: p, s: p.Session, calls: map[*syntax.Define]bool{}, composites: map[*expr.Node][]*expr.Node{}, products: map[*expr.Node][]*expr.Node{}}
}

// guard runs f and returns the mistake of the user that it met, if any.
func guard(f func()) (d *syntax.Diagnostic) {
	defer func() {
		if r := recover(); r != nil {
			mistake, ok := r.(failure)
			if !ok {
				panic(r)
			}
			d = &mistake.Diagnostic
		}
	}()
	f()
	return nil
}

// declare notes what the statements declare and define.
func (p *Problem) declare(file *syntax.File) {
	seen := map[string]syntax.Ident{}
	once := func(name syntax.Ident) {
		if first, ok := seen[name.Name]; ok {
			panic(failure{Diagnostic: syntax.Diagnostic{Message: fmt.Sprintf("%q is declared or defined twice", name.Name), Span: name.Source(),
				Related: []syntax.Related{{Span: first.Source(), Label: "the first time"}}}})
		}
		seen[name.Name] = name
	}
	for _, st := range file.Statements {
		if g, ok := st.(*syntax.Given); ok {
			p.noteIntegers(g.Cond)
		}
	}
	p.noteCalls(file)
	var decls []syntax.Decl
	for _, st := range file.Statements {
		switch st := st.(type) {
		case *syntax.Param:
			for _, d := range st.Decls {
				once(d.Name)
				for _, size := range d.Sizes {
					p.noteSizes(size)
				}
				decls = append(decls, d)
			}
		case *syntax.Define:
			if !st.IsFunc {
				once(st.Name)
				p.definitions[st.Name.Name] = st
				break
			}
			for k, prm := range st.Params {
				if slices.ContainsFunc(st.Params[:k], func(q syntax.FuncParam) bool { return q.Name.Name == prm.Name.Name }) {
					panic(failure{Diagnostic: syntax.Diagnostic{Message: fmt.Sprintf("the parameter %q stands twice", prm.Name.Name), Span: prm.Name.Source()}})
				}
			}
			for _, other := range p.functions[st.Name.Name] {
				if sameRanks(other, st) {
					panic(failure{Diagnostic: syntax.Diagnostic{Message: fmt.Sprintf("the function %q is defined twice for arguments of these ranks", st.Name.Name), Span: st.Name.Source(),
						Related: []syntax.Related{{Span: other.Name.Source(), Label: "the first time"}}}})
				}
			}
			p.functions[st.Name.Name] = append(p.functions[st.Name.Name], st)
		}
	}
	for _, d := range decls {
		if rank := len(d.Sizes); rank > MaxAxes {
			panic(failure{Diagnostic: syntax.Diagnostic{Message: fmt.Sprintf("%s has %d axes, which is beyond the limit of %d", d.Name.Name, rank, MaxAxes), Span: d.Name.Source(), Limit: true}})
		}
		if _, isSize := p.sizes[d.Name.Name]; isSize {
			panic(failure{Diagnostic: syntax.Diagnostic{Message: fmt.Sprintf("%q is both a parameter and a size", d.Name.Name), Span: d.Name.Source()}})
		}
		var dims []*expr.Node
		for _, size := range d.Sizes {
			dims = append(dims, p.lowering.declaredSize(scope{world: p.world}, size))
		}
		p.addInput(d.Name.Name, dims)
		p.declared[d.Name.Name] = d
	}
}

// declaredSize lowers the size of a declaration.
func (l *lowering) declaredSize(s scope, x syntax.Expr) *expr.Node {
	n, mistake := l.try(s, x)
	if mistake != nil || !n.IsScalar() || !expr.IsIndexForm(n.Value) {
		advice := "a size is a name, an integer or a sum of them, such as n+1"
		if b, ok := syntax.Unparen(x).(*syntax.Binary); ok && b.Op == syntax.Mul {
			advice = fmt.Sprintf("vec(X) with a parameter X[%s,%s] has as many entries", syntax.Print(b.Y), syntax.Print(b.X))
		}
		l.advise(x, advice, "%s is not a size", syntax.Print(x))
	}
	if n.Value.Kind() == expr.KindRat && n.Value.Rat().Sign() <= 0 {
		l.fail(x, "a size is at least 1, but this is %s", EndText(n.Value))
	}
	return n.Value
}

func (p *Problem) noteCalls(file *syntax.File) {
	for _, st := range file.Statements {
		syntax.InspectStatement(st, func(x syntax.Expr) bool {
			if c, ok := x.(*syntax.Call); ok && !slices.Contains(p.called, c.Fun.Name) {
				p.called = append(p.called, c.Fun.Name)
			}
			return true
		})
	}
}

func sameRanks(a, b *syntax.Define) bool {
	return slices.EqualFunc(a.Params, b.Params, func(x, y syntax.FuncParam) bool { return len(x.Sizes) == len(y.Sizes) })
}

func (p *Problem) addInput(name string, dims []*expr.Node) {
	sym := p.Session.NewSymbol(name, p.integers[name], dims...)
	p.inputs[name] = sym
	p.Params = append(p.Params, sym)
}

// noteSizes makes every name in the size of a declaration a size.
func (p *Problem) noteSizes(size syntax.Expr) {
	syntax.Inspect(size, func(x syntax.Expr) bool {
		if n, ok := x.(*syntax.Name); ok {
			p.sizes[n.Name] = p.Session.Size(n.Name)
		}
		return true
	})
}

// noteIntegers collects the names that a given says are integers.
func (p *Problem) noteIntegers(cond syntax.Expr) {
	syntax.Inspect(cond, func(x syntax.Expr) bool {
		if c, ok := x.(*syntax.Call); ok && c.Fun.Name == "integer" && len(c.Args) == 1 {
			if n, ok := syntax.Unparen(c.Args[0]).(*syntax.Name); ok {
				p.integers[n.Name] = true
			}
		}
		return true
	})
}

func (p *Problem) addDefinition(def *syntax.Define) {
	t, _ := p.lowering.global(p.world, &syntax.Name{Span: def.Name.Span, Name: def.Name.Name})
	one := p.lowering.fromOne(t)
	p.lowering.confined(def.Body, one.Value)
	if p.lowering.hasComposite(one.Axes) { // no symbol has such entries
		return
	}
	dims := make([]*expr.Node, len(one.Axes))
	for k, a := range one.Axes {
		dims[k] = a.Hi()
	}
	p.Definitions = append(p.Definitions, &Definition{Name: def.Name.Name, Symbol: p.Session.NewSymbol(def.Name.Name, false, dims...), Value: one})
}

// A Function is a function of the user or the library over symbols of its own.
type Function struct {
	Name   string
	Params []*expr.Symbol
	Sizes  []*expr.Node // the sizes of its parameters
	Value  Tensor
	Calls  []string // the functions that its body calls
}

// logSumExp is the one reduction that is recognised by its definition like the functions of the library.
var logSumExp = sync.OnceValue(func() []*syntax.Define {
	file, diagnostics := parser.ParseFile("", "logsumexp(z[n]) = log(sum[i](exp(z[i])))")
	if err := diagnostics.Err(); err != nil {
		panic(err)
	}
	return []*syntax.Define{file.Statements[0].(*syntax.Define)}
})

// Functions returns the definitions of the user, else of the library, that have the given name, those left out that are not
// supported in symbolic formulas.
func (p *Problem) Functions(name string) []*Function {
	defs, library := p.overloads(name, false)
	if name == "logsumexp" && len(defs) == 0 {
		defs = logSumExp()
	}
	var out []*Function
	for _, def := range defs {
		f := &Function{Name: name}
		if guard(func() { p.lowerFunction(def, library, len(def.Params), f) }) == nil && f.Value.Groups == nil {
			out = append(out, f)
		}
		for count := len(def.Params) - 1; count > 0 && def.Params[count].Default != nil; count-- { // elu(x) is elu(x, 1)
			f := &Function{Name: name}
			if guard(func() { p.lowerFunction(def, library, count, f) }) == nil && f.Value.Groups == nil {
				out = append(out, f)
			}
		}
	}
	return out
}

// lowerFunction lowers the body of a function over fresh symbols and sizes for its first count parameters; the others have their defaults.
func (p *Problem) lowerFunction(def *syntax.Define, library bool, count int, f *Function) {
	syntax.Inspect(def.Body, func(x syntax.Expr) bool {
		if call, ok := x.(*syntax.Call); ok {
			f.Calls = append(f.Calls, call.Fun.Name)
		}
		return true
	})
	l := p.lowering
	s := scope{world: p.world, library: library}
	args := make([]Tensor, len(def.Params))
	sizes := s
	for k, prm := range def.Params {
		if k >= count {
			args[k] = l.lower(s, prm.Default)
			continue
		}
		dims := make([]*expr.Node, len(prm.Sizes))
		for j, size := range prm.Sizes {
			syntax.Inspect(size, func(x syntax.Expr) bool {
				if n, ok := x.(*syntax.Name); ok && sizes.frame.find(n.Name) == nil && (library || p.sizes[n.Name] == nil) {
					fresh := p.Session.Size("#" + n.Name)
					sizes = sizes.bind(n.Name, Tensor{Value: fresh})
					f.Sizes = append(f.Sizes, fresh)
				}
				return true
			})
			dims[j] = l.integer(sizes, size)
		}
		sym := p.Session.NewSymbol(prm.Name.Name, false, dims...)
		f.Params = append(f.Params, sym)
		args[k] = l.entries(sym)
	}
	if !l.calls[def] {
		l.calls[def] = true
		defer delete(l.calls, def)
	}
	f.Value = l.body(s, &syntax.Call{Span: def.Span, Fun: def.Name}, def, args)
	l.confined(def.Body, f.Value.Value)
	f.Value = l.open(f.Value)
}

// Called returns the names of the functions that the statements call, in order of first appearance.
func (p *Problem) Called() []string { return p.called }

// checkFunction lowers the body of a function, so that a mistake in it shows even where nothing calls it.
func (p *Problem) checkFunction(def *syntax.Define) {
	p.lowerFunction(def, false, len(def.Params), &Function{})
}

func (p *Problem) addKernel(k *syntax.Kernel) {
	kernel := &Kernel{Name: k.Name.Name, Source: k}
	for _, other := range p.Kernels {
		if other.Name == k.Name.Name {
			panic(failure{Diagnostic: syntax.Diagnostic{Message: fmt.Sprintf("the kernel %q is defined twice", k.Name.Name), Span: k.Name.Source(),
				Related: []syntax.Related{{Span: other.Source.Name.Source(), Label: "the first time"}}}})
		}
	}
	for _, name := range k.Params {
		sym, ok := p.inputs[name.Name]
		if !ok {
			d := syntax.Diagnostic{Message: fmt.Sprintf("%q is not a declared parameter", name.Name), Span: name.Source()}
			var names []string
			for _, sym := range p.Params {
				names = append(names, sym.Name)
			}
			if near, ok := syntax.Suggest(name.Name, names); ok {
				d.Help = fmt.Sprintf("did you mean %q?", near)
			}
			panic(failure{Diagnostic: d})
		}
		if slices.Contains(kernel.Params, sym) {
			panic(failure{Diagnostic: syntax.Diagnostic{Message: fmt.Sprintf("the parameter %q stands twice", name.Name), Span: name.Source()}})
		}
		kernel.Params = append(kernel.Params, sym)
	}
	for n, out := range k.Outputs {
		if out.Name.Name != "" && slices.ContainsFunc(k.Outputs[:n], func(o syntax.Output) bool { return o.Name.Name == out.Name.Name }) {
			panic(failure{Diagnostic: syntax.Diagnostic{Message: fmt.Sprintf("the output %q stands twice", out.Name.Name), Span: out.Name.Source()}})
		}
		t := p.lowering.fromOne(p.lowering.lower(scope{world: p.world}, out.Value))
		p.lowering.confined(out.Value, t.Value)
		t = p.lowering.open(t)
		for _, sym := range expr.SymbolsOf(t.Value) {
			if !slices.Contains(kernel.Params, sym) {
				panic(failure{Diagnostic: syntax.Diagnostic{Message: fmt.Sprintf("the output needs %q, which is not among the parameters of the kernel", sym.Name),
					Span: out.Value.Source(), Help: fmt.Sprintf("kernel %s(…, %s) = …", k.Name.Name, sym.Name)}})
			}
		}
		kernel.Outputs = append(kernel.Outputs, Output{Name: outputName(out), Value: t, Source: out.Value})
	}
	p.Kernels = append(p.Kernels, kernel)
}

// outputName returns the name of a kernel's output: the user's; else that of the definition that it is; else one made of the derivative
// operator and what it is taken by, as in grad_x.
func outputName(out syntax.Output) string {
	if out.Name.Name != "" {
		return out.Name.Name
	}
	switch x := syntax.Unparen(out.Value).(type) {
	case *syntax.Name:
		return x.Name
	case *syntax.Call:
		if IsDerivative(x.Fun.Name) && len(x.Args) > 1 {
			if by, ok := syntax.Unparen(x.Args[1]).(*syntax.Name); ok {
				return x.Fun.Name + "_" + by.Name
			}
		}
	}
	return ""
}

// Expression gives an expression its meaning. Indices that nothing binds are the leading axes of the result, with the
// names that the user gave them; free is their number. Other axes have names that are no identifiers.
func (p *Problem) Expression(x syntax.Expr) (t Tensor, free int, err error) {
	defer expr.Catch(&err)
	l := p.lowering
	d := guard(func() {
		binders := p.freeIndices(x)
		s, indices := l.bindAll(scope{world: p.world}, binders, nil, x)
		t = l.lower(s, x)
		l.confined(x, t.Value)
		if k := slices.IndexFunc(indices, l.isComposite); k >= 0 {
			l.advise(&syntax.Name{Span: binders[k].Name.Span, Name: binders[k].Name.Name}, "write the whole tensor, or an entry of its factors", "%s runs over %s entries and cannot be an index of the result",
				binders[k].Name.Name, rangeText(indices[k]))
		}
		t = l.open(t)
		named := map[*expr.Node]*expr.Node{}
		axes := make([]*expr.Node, len(indices))
		for k, i := range indices {
			axes[k] = p.Session.Index(binders[k].Name.Name, p.Session.Replace(i.Lo(), named), p.Session.Replace(i.Hi(), named))
			named[i] = axes[k]
		}
		t.Value = p.Session.Replace(t.Value, named)
		t.Axes = append(axes, t.Axes...)
		if t.Groups != nil {
			t.Groups = append(slices.Repeat([]int{1}, len(axes)), t.Groups...)
		}
		free = len(axes)
		about := scope{world: p.world}
		for _, a := range axes {
			about = about.bindIndex(a.Name(), a)
		}
		for k := range p.Givens {
			if cond, ok := p.deferred[k]; ok {
				p.Givens[k].Relations = nil
				l.assume(about, cond, &p.Givens[k])
			}
		}
	})
	if d != nil {
		return Tensor{}, 0, syntax.Diagnostics{*d}
	}
	return t, free, nil
}

// freeIndices returns the names that x uses in subscripts and that nothing binds, in order of first appearance.
func (p *Problem) freeIndices(x syntax.Expr) []syntax.Binder {
	type seenName struct {
		ident syntax.Ident
		used  bool
	}
	var order []*seenName
	byName := map[string]*seenName{}
	var walk func(x syntax.Expr, bound []string, inSubscript bool)
	walk = func(x syntax.Expr, bound []string, inSubscript bool) {
		syntax.Inspect(x, func(n syntax.Expr) bool {
			switch n := n.(type) {
			case *syntax.Name:
				if slices.Contains(bound, n.Name) || p.known(n.Name) {
					break
				}
				f := byName[n.Name]
				if f == nil {
					f = &seenName{ident: syntax.Ident{Span: n.Span, Name: n.Name}}
					byName[n.Name] = f
					order = append(order, f)
				}
				f.used = f.used || inSubscript
			case *syntax.Subscript:
				walk(n.X, bound, inSubscript)
				for _, sub := range n.Subs {
					walk(sub, bound, true)
				}
				return false
			case *syntax.Reduce:
				inner := slices.Clone(bound)
				for _, b := range n.Binders {
					if b.Lo != nil {
						walk(b.Lo, inner, inSubscript)
						walk(b.Hi, inner, inSubscript)
					}
					inner = append(inner, b.Name.Name)
				}
				if n.Cond != nil {
					walk(n.Cond, inner, inSubscript)
				}
				walk(n.Body, inner, inSubscript)
				return false
			}
			return true
		})
	}
	walk(x, nil, false)
	var binders []syntax.Binder
	for _, f := range order {
		if f.used {
			binders = append(binders, syntax.Binder{Span: f.ident.Span, Name: f.ident})
		}
	}
	return binders
}

// known reports whether a name is declared, defined or a size.
func (p *Problem) known(name string) bool {
	return p.definitions[name] != nil || p.inputs[name] != nil || p.sizes[name] != nil
}

// names returns every name that is declared, defined or a size, in order.
func (p *Problem) names() []string {
	var names []string
	for _, sym := range p.Params {
		names = append(names, sym.Name)
	}
	for name := range p.definitions {
		names = append(names, name)
	}
	for name := range p.sizes {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// functionNames returns the names of all functions, in order.
func (p *Problem) functionNames() []string {
	names := builtinNames()
	for name := range p.functions {
		names = append(names, name)
	}
	for name := range libraryFunctions() {
		names = append(names, name)
	}
	for _, row := range builtin.Table {
		names = append(names, row.Name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
