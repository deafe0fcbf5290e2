package codegen

import (
	"slices"
	"strconv"
	"strings"
)

// function prints the program as a Go function.
func (p *printer) function() {
	k := p.program.Kernel
	name := p.file.top.name(exported(k.Name))
	p.reserve(p.program.Body)
	p.buffers = map[*Buffer]string{}
	p.where = p.file.options.Package + "." + name
	var tensors, params, results, returned []string
	for n, b := range p.program.Outputs {
		out := k.Outputs[n].Name
		if out == "" {
			out = "out"
			if n > 0 {
				out += strconv.Itoa(n + 1)
			}
		}
		if b == nil {
			results = append(results, p.scope.name(out))
			continue
		}
		p.buffers[b] = p.scope.name(out)
		tensors = append(tensors, p.buffers[b])
	}
	for _, b := range p.program.Params {
		p.buffers[b] = p.scope.name(b.Name)
		if b.Scalar != nil {
			b.Scalar.Name = p.buffers[b]
		}
	}
	sizes, explicit := p.sizes()
	for _, name := range tensors {
		params = append(params, name+" []float64")
	}
	for _, b := range p.program.Params {
		params = append(params, p.buffers[b]+" "+typeOf(b))
	}
	for _, name := range explicit {
		params = append(params, name+" int")
	}
	work := ""
	if len(p.program.Work) > 0 {
		work = p.scope.name("work")
		params = append(params, work+" []float64")
	}
	params = groupTypes(params)
	p.doc(name, explicit, work)
	result := ""
	if len(results) > 0 {
		result = "(" + strings.Join(results, ", ") + " float64)"
	}
	p.line("func %s(%s) %s {", name, strings.Join(params, ", "), result)
	for _, s := range sizes {
		p.line("%s", s)
	}
	p.checks()
	p.slices(work)
	p.stmts(p.program.Body)
	if len(results) > 0 {
		for n, x := range p.program.Results {
			if p.program.Outputs[n] == nil {
				text, _ := p.arg(x)
				returned = append(returned, text)
			}
		}
		p.line("return %s", strings.Join(returned, ", "))
	}
	p.line("}")
	p.line("")
}

// groupTypes writes a []float64, b []float64 as a, b []float64.
func groupTypes(params []string) []string {
	var out []string
	for k, p := range params {
		name, typ, _ := strings.Cut(p, " ")
		if k+1 < len(params) && strings.HasSuffix(params[k+1], " "+typ) {
			p = name
		}
		out = append(out, p)
	}
	return out
}

func typeOf(b *Buffer) string {
	t := "float64"
	if b.Integer {
		t = "int"
	}
	if b.Scalar == nil {
		t = "[]" + t
	}
	return t
}

// sizes names the sizes: one that is the length of a vector is read off, the others are parameters.
func (p *printer) sizes() (lines, explicit []string) {
	for _, v := range p.program.Sizes {
		v.Name = p.scope.name(v.Hint)
		source := ""
		for _, b := range append(slices.Clone(p.program.Params), p.program.Outputs...) {
			if source == "" && b != nil && len(b.Axes) == 1 && b.Axes[0].equal(intVar(v)) {
				source = p.buffers[b]
			}
		}
		if source == "" {
			explicit = append(explicit, v.Name)
			continue
		}
		if p.sizeUsed(v, source) {
			lines = append(lines, v.Name+" := len("+source+")")
		}
	}
	return lines, explicit
}

// sizeUsed reports whether the size is read by anything but the check of the slice that it comes from.
func (p *printer) sizeUsed(v *Var, source string) bool {
	if p.tidy.uses[v] > 0 {
		return true
	}
	for _, b := range p.tensors() {
		if p.buffers[b] == source {
			continue
		}
		for _, a := range b.Axes {
			if a.mentions(v) {
				return true
			}
		}
	}
	for _, b := range p.program.Work {
		for _, a := range b.Axes {
			if a.mentions(v) {
				return true
			}
		}
	}
	for _, c := range p.program.Checks {
		if c.Hi.mentions(v) || c.Shift.mentions(v) {
			return true
		}
	}
	return false
}

// tensors returns the slices of the signature.
func (p *printer) tensors() []*Buffer {
	var list []*Buffer
	for _, b := range append(slices.Clone(p.program.Outputs), p.program.Params...) {
		if b != nil && b.Scalar == nil {
			list = append(list, b)
		}
	}
	return list
}

// checks prints the checks of lengths.
func (p *printer) checks() {
	for _, b := range p.tensors() {
		size := p.volume(b)
		if len(b.Axes) == 1 && len(b.Axes[0].terms) == 1 && p.sizeSource(b) {
			continue
		}
		p.line("if len(%s) != %s {", p.buffers[b], size)
		p.line("panic(%q)", p.where+": len("+p.buffers[b]+") is not "+size+p.sources(b))
		p.line("}")
	}
	p.integerChecks()
}

// sources says where the sizes of a buffer's axes come from.
func (p *printer) sources(b *Buffer) string {
	var parts []string
	for _, a := range b.Axes {
		for _, t := range a.terms {
			for _, v := range t.vars {
				for _, other := range p.tensors() {
					part := v.Name + " = len(" + p.buffers[other] + ")"
					if other != b && p.sizeSource(other) && other.Axes[0].equal(intVar(v)) && !slices.Contains(parts, part) {
						parts = append(parts, part)
					}
				}
			}
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return " with " + strings.Join(parts, ", ")
}

// sizeSource reports whether b is the slice that its size is read off.
func (p *printer) sizeSource(b *Buffer) bool {
	if len(b.Axes) != 1 {
		return false
	}
	for _, other := range append(slices.Clone(p.program.Params), p.program.Outputs...) {
		if other != nil && len(other.Axes) == 1 && other.Axes[0].equal(b.Axes[0]) {
			return other == b && len(b.Axes[0].terms) == 1 && b.Axes[0].terms[0].coef == 1 && len(b.Axes[0].terms[0].vars) == 1
		}
	}
	return false
}

// volume returns the number of entries of a buffer.
func (p *printer) volume(b *Buffer) string {
	parts := make([]string, len(b.Axes))
	for k, a := range b.Axes {
		parts[k] = p.int(a)
		if len(a.terms) > 1 && len(b.Axes) > 1 {
			parts[k] = "(" + parts[k] + ")"
		}
	}
	return strings.Join(parts, "*")
}

// slices cuts the scratch slice into its parts.
func (p *printer) slices(work string) {
	if work == "" {
		return
	}
	p.line("if len(%s) < %s {", work, p.workLength())
	p.line("panic(%q)", p.where+": len(work) is less than "+p.workLength())
	p.line("}")
	for k, b := range p.program.Work {
		p.buffers[b] = p.scope.name(b.Name)
		if k == len(p.program.Work)-1 {
			p.line("%s := %s[:%s]", p.buffers[b], work, p.volume(b))
			continue
		}
		p.line("%s, %s := %s[:%s], %s[%s:]", p.buffers[b], work, work, p.volume(b), work, p.volume(b))
	}
}

// workLength is the length that the scratch slice must have.
func (p *printer) workLength() string {
	var total Int
	for _, b := range p.program.Work {
		size := intConst(1)
		for _, a := range b.Axes {
			size = size.times(a)
		}
		total = total.plus(size)
	}
	return p.int(total)
}

// integerChecks prints the checks of integer parameters that subscript others.
func (p *printer) integerChecks() {
	for _, c := range p.program.Checks {
		name := p.buffers[c.Param]
		inner := newScope(p.scope)
		value := name
		if c.Param.Scalar == nil {
			value = inner.name("v")
			p.line("for _, %s := range %s {", value, name)
		}
		v := &Var{Name: value, Integer: true}
		form := intVar(v).scale(c.Scale).plus(c.Shift)
		at := p.int(form)
		p.line("if %s < 1 || %s > %s {", at, at, p.int(c.Hi))
		text := name
		if c.Param.Scalar == nil {
			text = "an entry of " + name
		}
		p.line("panic(%q)", p.where+": "+text+" is out of range for a subscript of "+c.Of)
		p.line("}")
		if c.Param.Scalar == nil {
			p.line("}")
		}
	}
}

// doc prints the doc comment.
func (p *printer) doc(name string, explicit []string, work string) {
	k := p.program.Kernel
	p.line("// %s computes", name)
	p.line("//")
	for _, d := range k.Doc {
		p.line("//\t%s", d)
	}
	var notes []string
	for _, b := range p.tensors() {
		if len(b.Axes) > 1 {
			shape := make([]string, len(b.Axes))
			for i, a := range b.Axes {
				shape[i] = p.int(a)
			}
			notes = append(notes, p.buffers[b]+" is "+strings.Join(shape, "×"))
		}
	}
	if len(notes) > 0 {
		p.line("//")
		p.line("// %s, in row-major order.", strings.Join(notes, ", "))
	}
	if p.program.Definite {
		p.line("//")
		p.line("// Where a matrix that has to be positive definite is not, what depends on it is NaN.")
	}
	if slices.ContainsFunc(p.program.Body.Stmts, func(st Stmt) bool { l, ok := st.(*Loop); return ok && l.Shared != nil }) {
		p.line("//")
		p.line("// It shares large batches among processors; the result does not depend on their number.")
	}
	if work != "" {
		p.line("//")
		p.line("// It needs %s numbers of scratch space in %s.", p.workLength(), work)
	}
}
