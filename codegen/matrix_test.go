package codegen_test

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"gonum.org/v1/gonum/mat"

	"github.com/seed-9905856d/derive/check"
	"github.com/seed-9905856d/derive/codegen"
	"github.com/seed-9905856d/derive/codegen/testdata/matrices"
	"github.com/seed-9905856d/derive/eval"
	"github.com/seed-9905856d/derive/eval/bigmath"
	"github.com/seed-9905856d/derive/expr"
)

// matrixParams are what the formulas of matrixTexts are made of: square matrices that are far from singular, S, Q and every T[r,:,:]
// symmetric, P and every R[r,:,:] positive definite.
const matrixParams = `param A[n,n], C[n,n], S[n,n], Q[n,n], P[n,n], R[m,n,n], V[n,n], U[n,p], B[n,p], X[m,n], Y[m,n], T[m,n,n], b[n], d[n], mu[n], c, w[m], e[p], g[n]
given S == S'
given Q == Q'
given posdef(P)
given g > 0
given posdef(R[r,:,:])
`

// matrixTexts are formulas with functions of whole matrices.
var matrixTexts = []string{
	`det(A)`,
	`logdet(A)`,
	`inv(A)`,
	`inv(A)'`,
	`inv(A), inv(A)', tr(inv(A))`,
	`solve(A, b)`,
	`solve(A', b)`,
	`solve(A, B)`,
	`B'*inv(A)`,
	`X*inv(A)*X'`,
	`b'*inv(A)*d`,
	`inv(A)'*b`,
	`inv(A)*B*inv(B'*B + 3*eye(p))*B'*d`,
	`inv(A)*inv(C)*b`,
	`inv(A)*C*inv(A)`,
	`tr(inv(A)*C)`,
	`tr(inv(A)*U*B')`,
	`det(A)*inv(A)*b, logdet(A) + det(C)`,
	`det(X'*X + 20*eye(n))`,
	`logdet(X'*X + (c^2 + 20)*eye(n))`,
	`grad(logdet(A), A)`,
	`grad(det(A), A)`,
	`grad(logdet(S + U*U'), U)`,
	`grad(logdet(X'*X + 20*eye(n)), X)`,
	`grad(b'*inv(A)*d, A), grad(b'*inv(A)*d, b)`,
	`grad(sum(solve(A, b).^2), A)`,
	`grad(sum(solve(A, b).^2), b)`,
	`grad(tr(inv(A)*C), A)`,
	`hvp(logdet(A), A, V)`,
	`hvp(logdet(S + U*U'), U, B)`,
	`hvp(b'*inv(A)*b, A, V)`,
	`hvp(sum(solve(A, b).^2), b, d)`,
	`grad(m*logdet(S)/2 + sum[r]((X[r,:] - mu)'*inv(S)*(X[r,:] - mu))/2, mu)`,
	`m*logdet(S)/2 + sum[r]((X[r,:] - mu)'*inv(S)*(X[r,:] - mu))/2, grad(m*logdet(S)/2 + sum[r]((X[r,:] - mu)'*inv(S)*(X[r,:] - mu))/2, S)`,
	`(logdet(Q) - logdet(S) + tr(inv(Q)*S) + (b - d)'*inv(Q)*(b - d) - n)/2`,
	`sum[r](logdet(T[r,:,:]))`,
	`grad(sum[r](w[r]*logdet(T[r,:,:])), T)`,
	`sum[r,i,k](X[r,i]*inv(T[r,:,:])[i,k]*Y[r,k])`,
	`tensor[r](logdet(T[r,:,:] + A)*w[r])`,
	`tensor[r,i](sum[k](inv(T[r,:,:])[i,k]*X[r,k]))`,
	`sum[i](inv(A)[i,i]^2), sum[i,j](exp(-inv(A)[i,j]^2))`,
	`max(inv(A)*b), sum(inv(A))`,
	`sum[i, k | k <= i](inv(A)[i,k]*b[k])`,
	`sum[i](sum[k in 1..i](inv(A)[i,k]*b[k]))`,
	`sum[i in 1..n-1](sum[k in 2..n](inv(A)[i,k]*b[k]*d[i+1]))`,
	`sum[k]((inv(A)[1,k] + d[k])*b[k])`,
	`[c > 1/2]*logdet(A) + if(c > 1/2, tr(inv(A)*C), 0)`,
	`solve(S + c^2*eye(n), b)'*b - logdet(S + c^2*eye(n))`,
	`norm(solve(A, b) - solve(C, d))`,
	`y: logdet(A)*solve(A, b), z: inv(A)*C*b`,
	`logdet(tensor[i,j](exp(-(b[i] - b[j])^2) + [i == j]*n))`,
	`grad(logdet(tensor[i,j](exp(-(b[i] - b[j])^2) + [i == j]*n)), b)`,
	`sum[r | r > 1](logdet(T[r-1,:,:])*w[r])`,
	`tensor[r in 1..m](if(r > 1, logdet(T[r-1,:,:]), w[r]))`,
	`tensor[r in 1..m, i in 1..n](if(r > 1, sum[k](inv(T[r-1,:,:])[i,k]*X[r,k]), 0))`,
	`sum[r, i, k | r > 1](inv(T[r-1,:,:])[i,k]*X[r,k]*Y[r-1,i])`,
	`tensor[i in 1..n](if(i > 1, sum[k](inv(A)[i-1,k]*b[k]), 0)), sum[i | i < n](inv(A)[i+1,i])`,
	`sum[r | r > 1](sum[i, k](inv(A)[i,k]*X[r-1,k]*X[r,i]))`,
	`inv(inv(A) + inv(C))*b`,
	`logdet(inv(A) + C), solve(solve(A, C) + 3*eye(n), b)`,
	`det(P), logdet(P), inv(P)`,
	`inv(P), inv(P)', tr(inv(P)), P*inv(P + eye(n))`,
	`solve(P, b), solve(P, B), X*inv(P), B'*inv(P)`,
	`X*inv(P)*X', inv(P)*C*inv(P)*b`,
	`grad(logdet(P + U*U'), U), grad(logdet(P), P)`,
	`hvp(logdet(P + U*U'), U, B), hvp(b'*inv(P)*b, P, V)`,
	`mvn_logpdf(b, mu, P), grad(mvn_logpdf(b, mu, P), mu), grad(mvn_logpdf(b, mu, P), P)`,
	`solve(X'*X + (c^2 + 1)*eye(n), b), logdet(X'*X + (c^2 + 1)*eye(n))`,
	`solve(inv(P) + inv(P)*Q*Q*inv(P), b), logdet(P .* P + b*b')`,
	`tensor[r](logdet(R[r,:,:] + P)*w[r]), tensor[r,i](sum[k](inv(R[r,:,:])[i,k]*X[r,k]))`,
	`grad(sum[r](w[r]*logdet(R[r,:,:])), R), sum[r,i,k](X[r,i]*inv(R[r,:,:])[i,k]*Y[r,k])`,
	`sum[r | r > 1](logdet(R[r-1,:,:])*w[r]), tensor[r in 1..m, i in 1..n](if(r > 1, sum[k](inv(R[r-1,:,:])[i,k]*X[r,k]), 0))`,
	`sum[i, k | k <= i](inv(P)[i,k]*b[k]), sum[i](inv(P)[i,i]^2), sum[i in 1..n-1](sum[k in 2..n](inv(P)[i,k]*b[k]*d[i+1]))`,
	`det(P)*inv(P)*b, grad(det(P), P), 1/det(P)`,
	`[c > 1/2]*logdet(P) + if(c > 1/2, tr(inv(P)*C), 0)`,
	`solve(diag(g) + U*U', b), logdet(diag(g) + U*U'), det(diag(g) + U*U')`,
	`inv(diag(g) + U*U'), solve(diag(g) + b*b', B), logdet(diag(g) + b*b')`,
	`solve(diag(g) + U*diag(tensor[q](e[q]^2))*U', B), X*inv(diag(g) + 2*U*U'), inv(diag(g) + U*U')*inv(P)*d`,
	`solve(hess(logsumexp(b), b) + (c^2 + 1)*eye(n), d), logdet(hess(logsumexp(b), b) + (c^2 + 1)*eye(n))`,
	`solve((n + 1)*eye(n) - ones(n, n), b), det(2*(n + 1)*eye(n) - ones(n, n)), inv(diag(g) + ones(n, n))`,
	`tensor[r](logdet(tensor[i,j](g[i]*[i == j] + X[r,i]*X[r,j]))), tensor[r,i](sum[k](inv(tensor[i,j](g[i]*[i == j] + X[r,i]*X[r,j]))[i,k]*Y[r,k]))`,
	`mvn_logpdf(b, mu, diag(g) + U*U'), grad(mvn_logpdf(b, mu, diag(g) + U*U'), mu), grad(mvn_logpdf(b, mu, diag(g) + U*U'), g), grad(logdet(diag(g) + U*U'), U)`,
	`hvp(logdet(diag(g) + b*b'), b, d), tr(inv(diag(g) + U*U')*C)`,
	`2*inv(P), y: -inv(P) + V, z: inv(P)*inv(A)*b`,
	`(logdet(P) - logdet(P + Q*Q) + tr(inv(P)*S) + (b - d)'*inv(P)*(b - d) - n)/2`,
}

// A matrixRun is a file of kernels of formulas in the making, with calls of them and what they must give.
type matrixRun struct {
	t      *testing.T
	r      *rand.Rand
	source bytes.Buffer
	parts  map[string]bool
	calls  []call
	wants  [][]float64
	scales []float64
	texts  []string
	large  int
}

func newMatrixRun(t *testing.T) *matrixRun {
	run := &matrixRun{t: t, r: rand.New(rand.NewPCG(3, 5)), parts: map[string]bool{}}
	run.source.WriteString("package kernels\n\nimport \"math\"\n\nvar _ = math.Pi\n")
	return run
}

// add generates kernels for a formula, as it is and simplified, and draws calls of them for several n.
func (run *matrixRun) add(name, text string, sizes ...int) {
	t := run.t
	line, _, _ := strings.Cut(strings.TrimPrefix(matrixParams, "param "), "\n")
	params := strings.Split(line, ", ")
	for k := range params {
		params[k], _, _ = strings.Cut(params[k], "[")
	}
	for _, kind := range []string{"plain", "simple"} {
		full := fmt.Sprintf("%skernel %s_%s(%s) = %s\n", matrixParams, name, kind, strings.Join(params, ", "), text)
		var s *expr.Session
		var kernels []codegen.Kernel
		if kind == "plain" {
			s, kernels = read(t, full)
		} else {
			s, kernels = simplified(t, full)
		}
		code, err := codegen.Generate(s, kernels, codegen.Options{Package: "kernels"})
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		for _, part := range strings.SplitAfter(string(code), "\n}\n") { // helpers once
			if at := strings.Index(part, "// "+goName(name)); at >= 0 {
				part = part[at:]
			}
			if !run.parts[part] {
				run.parts[part] = true
				run.source.WriteString("\n" + part)
			}
		}
		for _, n := range sizes {
			of := map[string]int{"n": n, "p": 2, "m": 3}
			if effort(kernels[0], of) > 1e7 {
				continue
			}
			if n >= 20 {
				run.large++
			}
			c, want, scale := matrixCall(t, run.r, s, kernels[0], of)
			run.calls, run.wants, run.scales = append(run.calls, c), append(run.wants, want), append(run.scales, scale)
			run.texts = append(run.texts, fmt.Sprintf("%s (%s), n = %d\n%s", text, kind, n, code))
		}
	}
}

// compare runs the calls and compares what they give.
func (run *matrixRun) compare() {
	t := run.t
	if name := os.Getenv("DERIVE_DUMP"); name != "" {
		write(t, name, run.source.Bytes())
	}
	failures := 0
	for k, got := range runAll(t, run.source.Bytes(), run.calls) {
		tolerance := cmpopts.EquateApprox(1e-12*run.scales[k], 1e-13*run.scales[k])
		if diff := cmp.Diff(run.wants[k], got, tolerance, cmpopts.EquateNaNs()); diff != "" && failures < 3 {
			t.Errorf("(-want +got)\n%s%s", diff, run.texts[k])
			failures++
		}
	}
	t.Logf("%d kernels, %d calls, %d of them at n = 20", len(run.parts), len(run.calls), run.large)
}

// simplified returns the kernels of a formula file in their simplest form.
func simplified(t testing.TB, text string) (*expr.Session, []codegen.Kernel) {
	t.Helper()
	u, err := check.Load("test.formula", text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	kernels, err := u.Kernels()
	if err != nil {
		t.Fatal(err)
	}
	return u.Problem.Session, kernels
}

// TestMatrixFunctions compiles all formulas as they are and simplified, runs them at several sizes, and compares what they
// give with the plain evaluator, which has the matrix functions from gonum.
func TestMatrixFunctions(t *testing.T) {
	run := newMatrixRun(t)
	for k, text := range matrixTexts {
		run.add(fmt.Sprintf("f%d", k), text, 1, 2, 3, 5, 20)
	}
	run.compare()
}

// TestRandomMatrices does the same with random formulas and their derivatives.
func TestRandomMatrices(t *testing.T) {
	cases := uint64(20)
	if v, err := strconv.ParseUint(os.Getenv("DERIVE_CASES"), 10, 64); err == nil {
		cases = v
	}
	start := uint64(0)
	if v, err := strconv.ParseUint(os.Getenv("DERIVE_FROM"), 10, 64); err == nil {
		start = v
	}
	run := newMatrixRun(t)
	for seed := start; seed < start+cases; seed++ {
		w := matrixWriter{rand.New(rand.NewPCG(seed, 11))}
		text := w.scalar()
		switch w.IntN(4) {
		case 0:
			text = fmt.Sprintf("grad(%s, %s)", text, w.pick("A", "S", "U", "b", "C", "P"))
		case 1:
			text = fmt.Sprintf("value: %s, slope: grad(%s, %s)", text, text, w.pick("A", "S", "U", "b", "X", "P"))
		case 2:
			text = fmt.Sprintf("%s, %s", text, w.chain())
		}
		run.add(fmt.Sprintf("g%d", seed), text, 1, 2, 4)
	}
	run.compare()
}

// A matrixWriter writes random formulas.
type matrixWriter struct{ *rand.Rand }

func (w matrixWriter) pick(texts ...string) string { return texts[w.IntN(len(texts))] }

func (w matrixWriter) regular() string {
	return w.pick("A", "C", "S", "(S + U*U')", "(X'*X + 20*eye(n))", "(A + C)", "(S + c^2*eye(n))", "A'", "(A*C)", "Q", "P", "(P + U*U')", "(X'*X + P)", "(2*P + inv(P))", "(diag(g) + U*U')", "(diag(g) + b*b')")
}

func (w matrixWriter) chain() string {
	parts := make([]string, 1+w.IntN(3))
	for k := range parts {
		parts[k] = w.pick("V", "C", "A", "U*B'", "inv("+w.regular()+")", "inv("+w.regular()+")")
	}
	return strings.Join(parts, "*")
}

func (w matrixWriter) vector() string {
	switch w.IntN(4) {
	case 0:
		return w.chain() + "*" + w.pick("b", "d")
	case 1:
		return "solve(" + w.regular() + ", " + w.vector() + ")"
	case 2:
		return "(" + w.vector() + w.pick(" + ", " - ") + w.pick("b", "d", "mu") + ")"
	}
	return w.pick("b", "d", "mu")
}

func (w matrixWriter) scalar() string {
	switch w.IntN(6) {
	case 0:
		return w.pick("logdet(", "det(", "logdet(") + w.regular() + ")"
	case 1:
		return "tr(" + w.chain() + ")"
	case 2:
		return "sum((" + w.vector() + ").^2)"
	case 3:
		return w.scalar() + w.pick(" + ", " - ", "*") + w.pick("logdet("+w.regular()+")", "c", "sum("+w.vector()+")")
	case 4:
		return "sum[r](w[r]*logdet(" + w.pick("T", "R") + "[r,:,:] + " + w.pick("A", "S", "C", "P") + "))"
	}
	return w.pick("b", "d") + "'*(" + w.vector() + ")"
}

// effort estimates how many steps the plain evaluator takes for a kernel.
func effort(k codegen.Kernel, sizes map[string]int) float64 {
	var cost func(n *expr.Node) float64
	seen := map[*expr.Node]float64{}
	size := func(i *expr.Node) float64 {
		for name, v := range sizes {
			if strings.Contains(i.Hi().String(), name) {
				return float64(v)
			}
		}
		return 1
	}
	cost = func(n *expr.Node) float64 {
		if c, ok := seen[n]; ok {
			return c
		}
		c := 1.0
		if n.Kind() == expr.KindReduce {
			c = cost(n.Body())
			for _, b := range n.Binders() {
				c *= size(b)
			}
		} else {
			for _, a := range n.Args() {
				c += cost(a)
			}
		}
		seen[n] = c
		return c
	}
	total := 0.0
	for _, o := range k.Outputs {
		c := cost(o.Value)
		for _, i := range o.Indices {
			c *= size(i)
		}
		total += c
	}
	return total
}

// A reference evaluates expressions with functions of whole matrices: it replaces each by a tensor of its values.
type reference struct {
	t     *testing.T
	s     *expr.Session
	env   eval.Env
	scale float64 // the largest condition number met
	made  int
}

func (f *reference) value(n *expr.Node) float64 {
	v, err := eval.Float64(n, f.env)
	if err != nil {
		f.t.Fatalf("%v\n%v", err, n)
	}
	return v
}

// each calls do for all values of indices, outermost first.
func (f *reference) each(indices []*expr.Node, do func()) {
	if len(indices) == 0 {
		do()
		return
	}
	for v := int(f.value(indices[0].Lo())); v <= int(f.value(indices[0].Hi())); v++ {
		f.env.Indices[indices[0]] = v
		f.each(indices[1:], do)
	}
	delete(f.env.Indices, indices[0])
}

// replace returns n without functions of whole matrices.
func (f *reference) replace(n *expr.Node) *expr.Node {
	return f.s.Map(n, nil, func(n *expr.Node, args []*expr.Node) (*expr.Node, bool) {
		if n.Kind() != expr.KindCall || !n.Func().Square {
			return nil, false
		}
		free := slices.Clone(args[0].Free())
		o := f.s.Open(args[0], append(slices.Clone(free), args...)...)
		var dims []*expr.Node
		var tensor eval.Tensor
		for _, i := range append(slices.Clone(free), o.Indices[:len(args)-1]...) {
			dims = append(dims, i.Hi())
			tensor.Shape = append(tensor.Shape, int(f.value(i.Hi())))
		}
		order := int(f.value(o.Indices[0].Hi()))
		f.each(free, func() {
			var entries []float64
			outside := false // where nothing reads it
			f.each(o.Indices, func() {
				v, err := eval.Float64(o.Body, f.env)
				entries, outside = append(entries, v), outside || err != nil
			})
			if outside {
				tensor.Data = append(tensor.Data, slices.Repeat([]float64{math.NaN()}, size(tensor.Shape[len(free):]))...)
				return
			}
			a := mat.NewDense(order, order, entries)
			f.scale = max(f.scale, mat.Cond(a, 2))
			switch n.Func().Name {
			case "det":
				tensor.Data = append(tensor.Data, mat.Det(a))
				f.scale = max(f.scale, 10*float64(order))
			case "logdet":
				v, _ := mat.LogDet(a)
				tensor.Data = append(tensor.Data, v)
			default:
				var inverse mat.Dense
				if err := inverse.Inverse(a); err != nil {
					f.t.Fatal(err)
				}
				tensor.Data = append(tensor.Data, inverse.RawMatrix().Data...)
			}
		})
		f.made++
		sym := f.s.NewSymbol("%value"+strconv.Itoa(f.made), false, dims...)
		f.env.Values[sym] = tensor
		return f.s.Entry(sym, append(free, args[1:]...)...), true
	})
}

// size is the number of entries of a tensor.
func size(shape []int) int {
	n := 1
	for _, v := range shape {
		n *= v
	}
	return n
}

// matrixCall draws the inputs of one call, and computes what it must return and how much errors may grow.
func matrixCall(t *testing.T, r *rand.Rand, s *expr.Session, k codegen.Kernel, sizes map[string]int) (call, []float64, float64) {
	big := bigmath.NewContext(64)
	env := eval.Env{Sizes: sizes, Values: map[*expr.Symbol]eval.Tensor{}, Indices: map[*expr.Node]int{}}
	env.Call = func(fn *expr.Func, args []float64) float64 {
		nums := make([]bigmath.Num, len(args))
		for i, a := range args {
			nums[i] = bigmath.FromFloat64(a)
		}
		v, ok := big.Call(fn.Name, nums...)
		if !ok {
			t.Fatalf("no %s", fn.Name)
		}
		return v.Float64()
	}
	f := &reference{t: t, s: s, env: env, scale: 1}
	c := call{Func: goName(k.Name)}
	for _, p := range k.Params {
		total := 1
		var shape []int
		for _, d := range p.Symbol.Dims {
			shape = append(shape, int(f.value(d)))
			total *= shape[len(shape)-1]
		}
		data := make([]float64, total)
		for i := range data {
			data[i] = 2*r.Float64() - 1
		}
		if p.Symbol.Name == "g" {
			for i := range data {
				data[i] = 1.5 + data[i]
			}
		}
		if name := p.Symbol.Name; strings.Contains("ACSQTPR", name) {
			n := shape[len(shape)-1]
			for at := 0; at < total; at += n * n {
				a := data[at:][:n*n]
				for i := range n {
					if name != "A" && name != "C" {
						for j := range i {
							a[i*n+j] = a[j*n+i]
						}
					}
					a[i*n+i] += math.Sqrt(float64(4 * n))
				}
				if name == "A" && n > 1 { // rows that want exchanging
					for j := range n {
						a[j], a[n+j] = a[n+j], a[j]
					}
				}
			}
		}
		env.Values[p.Symbol] = eval.Tensor{Shape: shape, Data: data}
		if shape == nil {
			c.Args = append(c.Args, data[0])
			continue
		}
		c.Args = append(c.Args, data)
	}
	var tensors, scalars []float64
	for _, o := range k.Outputs {
		value := f.replace(o.Value)
		if len(o.Indices) == 0 {
			c.Scalars++
			scalars = append(scalars, f.value(value))
			continue
		}
		before := len(tensors)
		f.each(o.Indices, func() { tensors = append(tensors, f.value(value)) })
		c.Out = append(c.Out, len(tensors)-before)
	}
	all := append(tensors, scalars...)
	for _, v := range all {
		f.scale = max(f.scale, math.Abs(v))
	}
	return c, all, f.scale
}

// TestMatrixGolden compares the kernels of testdata/matrices.formula with the file that tests compile.
func TestMatrixGolden(t *testing.T) {
	const golden = "testdata/matrices/matrices.go"
	text, err := os.ReadFile("testdata/matrices.formula")
	if err != nil {
		t.Fatal(err)
	}
	generate := func() []byte {
		s, kernels := simplified(t, string(text))
		out, err := codegen.Generate(s, kernels, codegen.Options{Package: "matrices", Source: "matrices.formula"})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	got := generate()
	for range 3 {
		if diff := cmp.Diff(string(got), string(generate())); diff != "" {
			t.Fatalf("two runs differ: %s", diff)
		}
	}
	if *update {
		write(t, golden, got)
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("generated code is not that of %s; go test -update writes it (-want +got)\n%s", golden, diff)
	}
	_, code, _ := strings.Cut(string(got), "func LogdetUpdate")
	code, _, _ = strings.Cut(code, "\n}\n")
	count := map[string]int{"luFactor(": 1, "luSolveAll(": 1, "luSolve(": 0, "+= 1": 0}
	for what, times := range count {
		if n := strings.Count(code, what); n != times {
			t.Errorf("%d times %s in the kernel of grad(logdet(A + U*U'), U), want %d:\n%s", n, what, times, code)
		}
	}
}

// wellConditioned returns a symmetric matrix far from singular.
func wellConditioned(n int) []float64 {
	a := randoms(n * n)
	for i := range n {
		for j := range i {
			a[i*n+j] = a[j*n+i]
		}
		a[i*n+i] += 3 * math.Sqrt(float64(n))
	}
	return a
}

func TestMatrixAllocations(t *testing.T) {
	const m, n, p = 4, 9, 3
	a, u, b, x := wellConditioned(n), randoms(n*p), randoms(n), randoms(m*n)
	out, work := make([]float64, n*n), make([]float64, 10*n*n)
	if k := testing.AllocsPerRun(10, func() {
		matrices.LogdetUpdate(out[:n*p], a, u, n, p, work)
		matrices.SolveVector(out[:n], a, b, work)
		matrices.SolveMatrix(out[:n*p], a, u, n, p, work)
		matrices.Gaussian(a, x, b, m, work)
		matrices.SolveDefinite(out[:n], a, b, work)
		matrices.DefiniteUpdate(out[:n*p], a, u, n, p, work)
		matrices.DefiniteInverse(out, a, n)
	}); k != 0 {
		t.Errorf("%v allocations", k)
	}
}

// TestSingularMatrices checks that a matrix without an inverse gives numbers that say so.
func TestSingularMatrices(t *testing.T) {
	for _, a := range [][]float64{{0}, {1, 2, 2, 4}, make([]float64, 9), make([]float64, 400)} {
		n := int(math.Sqrt(float64(len(a))))
		x, work := make([]float64, n), make([]float64, 10*len(a)+n)
		if loss := matrices.Gaussian(a, x, x, 1, work); !math.IsInf(loss, -1) && !math.IsNaN(loss) {
			t.Errorf("%v: loss %v", a, loss)
		}
		det, logdet := matrices.Determinants(a, n, work)
		if diff := cmp.Diff([]float64{0, math.Inf(-1)}, []float64{det, logdet}); diff != "" {
			t.Errorf("%v: det and logdet (-want +got)\n%s", a, diff)
		}
		b := slices.Repeat([]float64{1}, n)
		matrices.SolveVector(x, a, b, work)
		for _, v := range x {
			if !math.IsInf(v, 0) && !math.IsNaN(v) {
				t.Errorf("%v: solution %v", a, x)
			}
		}
	}
}

// TestIndefiniteMatrices checks that where a matrix is not positive definite, all that depends on it is NaN.
func TestIndefiniteMatrices(t *testing.T) {
	for _, a := range [][]float64{{0}, {-1}, {math.NaN()}, {1, 2, 2, 4}, {1, 2, 2, 1}, make([]float64, 9), {1, 0, 0, 0, 1, 0, 0, 0, -1e-300}, make([]float64, 400)} {
		n := int(math.Sqrt(float64(len(a))))
		x, inverse, work := make([]float64, n), make([]float64, n*n), make([]float64, 10*len(a)+n)
		matrices.SolveDefinite(x, a, slices.Repeat([]float64{1}, n), work)
		matrices.DefiniteInverse(inverse, a, n)
		det, logdet := matrices.DefiniteDeterminants(a, n, work)
		for _, v := range slices.Concat(x, inverse, []float64{det, logdet}) {
			if !math.IsNaN(v) {
				t.Errorf("%v: solution %v, inverse %v, det %v, logdet %v", a, x, inverse, det, logdet)
				break
			}
		}
	}
	if det, logdet := matrices.DefiniteDeterminants(nil, 0, nil); det != 1 || logdet != 0 {
		t.Errorf("det %v and logdet %v of the matrix without entries", det, logdet)
	}
}

// TestLowRankResiduals checks that solutions by the factors of a diagonal matrix with a term of low rank have residuals as small as
// rounding its diagonal and that term causes, however far its eigenvalues are from each other.
func TestLowRankResiduals(t *testing.T) {
	check := func(name string, a *mat.Dense, norm float64, x, b []float64) {
		t.Helper()
		var r mat.VecDense
		r.MulVec(a, mat.NewVecDense(len(x), x))
		r.SubVec(&r, mat.NewVecDense(len(b), b))
		bound := 1e-14 * (norm*mat.Norm(mat.NewVecDense(len(x), x), 2) + mat.Norm(mat.NewVecDense(len(b), b), 2))
		if got := mat.Norm(&r, 2); !(got <= bound) {
			t.Errorf("%s: residual %g, bound %g", name, got, bound)
		}
	}
	r := rand.New(rand.NewPCG(7, 9))
	for _, n := range []int{1, 2, 3, 10, 60} {
		b := make([]float64, n)
		for i := range b {
			b[i] = r.NormFloat64()
		}
		x := make([]float64, n)
		for _, lambda := range []float64{1e3, 1, 1e-4, 1e-8, 1e-12} {
			z, p := make([]float64, n), make([]float64, n)
			for i := range z {
				z[i] = 3 * r.NormFloat64()
			}
			matrices.Softmax(p, z)
			a := mat.NewDense(n, n, nil)
			for i := range n {
				for j := range n {
					a.Set(i, j, -p[i]*p[j])
				}
				a.Set(i, i, p[i]*(1-p[i])+lambda)
			}
			matrices.Newton(x, z, b, lambda, make([]float64, 3*n))
			check(fmt.Sprintf("newton, n = %d, lambda = %g", n, lambda), a, 2*slices.Max(p)+lambda, x, b)
		}
		for _, small := range []float64{1, 1e-4, 1e-8, 1e-16, 1e-100} {
			for _, k := range []int{1, 2, 5, n, 2 * n} {
				d, w := make([]float64, n), make([]float64, n*k)
				a := mat.NewDense(n, n, nil)
				for i := range d {
					d[i] = math.Pow(small, r.Float64())
					for q := range k {
						w[i*k+q] = r.NormFloat64()
					}
				}
				a.Mul(mat.NewDense(n, k, w), mat.NewDense(n, k, w).T())
				for i := range d {
					a.Set(i, i, a.At(i, i)+d[i])
				}
				matrices.DiagonalUpdate(x, d, w, b, k, make([]float64, (2*k+1)*n))
				check(fmt.Sprintf("update, n = %d, k = %d, diagonal down to %g", n, k, small), a, mat.Norm(a, 2), x, b)
			}
		}
	}
}

// TestMatrixErrors checks that what has no code is an error that names the formula.
func TestMatrixErrors(t *testing.T) {
	s, kernels := read(t, "param A[n,n]\nkernel minors(A) = sum[k in 1..n](logdet(tensor[i in 1..k, j in 1..k](A[i,j])))\n")
	_, err := codegen.Generate(s, kernels, codegen.Options{Package: "p"})
	const want = "kernel minors: a matrix whose size changes with an index has no code: tensor["
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, want one with %q", err, want)
	}
}

// BenchmarkDefinite has what a positive definite matrix is asked for, by the factors of Cholesky and by those of any matrix.
func BenchmarkDefinite(b *testing.B) {
	for _, n := range []int{10, 100, 400} {
		a, v := wellConditioned(n), randoms(n)
		x, wide, work := make([]float64, n), make([]float64, n*n), make([]float64, 3*n*n+3*n)
		for _, run := range []struct {
			name string
			do   func()
		}{
			{"solve/cholesky", func() { matrices.SolveDefinite(x, a, v, work) }},
			{"solve/lu", func() { matrices.SolveVector(x, a, v, work) }},
			{"inverse/cholesky", func() { matrices.DefiniteInverse(wide, a, n) }},
			{"inverse/lu", func() { matrices.Inverse(wide, a, n, work) }},
			{"logdet/cholesky", func() { matrices.DefiniteDeterminants(a, n, work) }},
			{"logdet/lu", func() { matrices.Determinants(a, n, work) }},
		} {
			b.Run(fmt.Sprintf("%s/%d", run.name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					run.do()
				}
			})
		}
		d, w := make([]float64, n), randoms(4*n)
		for i := range d {
			d[i] = 1 + v[i]*v[i]
		}
		dense := make([]float64, n*n)
		for i := range n {
			for j := range n {
				for q := range 4 {
					dense[i*n+j] += w[i*4+q] * w[j*4+q]
				}
			}
			dense[i*n+i] += d[i]
		}
		b.Run(fmt.Sprintf("update/low rank/%d", n), func(b *testing.B) {
			for b.Loop() {
				matrices.DiagonalUpdate(x, d, w, v, 4, work)
			}
		})
		b.Run(fmt.Sprintf("update/cholesky/%d", n), func(b *testing.B) {
			for b.Loop() {
				matrices.SolveDefinite(x, dense, v, work)
			}
		})
		b.Run(fmt.Sprintf("solve/gonum/%d", n), func(b *testing.B) {
			sym, right := mat.NewSymDense(n, a), mat.NewVecDense(n, v)
			var chol mat.Cholesky
			var out mat.VecDense
			for b.Loop() {
				chol.Factorize(sym)
				_ = chol.SolveVecTo(&out, right)
			}
		})
	}
}

func BenchmarkSolve(b *testing.B) {
	const n = 100
	a, v, w := wellConditioned(n), randoms(n), randoms(n*n)
	x, wide, work := make([]float64, n), make([]float64, n*n), make([]float64, 3*n*n)
	dense := mat.NewDense(n, n, a)
	b.Run("vector/generated", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			matrices.SolveVector(x, a, v, work)
		}
	})
	b.Run("vector/gonum", func(b *testing.B) {
		right := mat.NewVecDense(n, v)
		var out mat.VecDense
		b.ReportAllocs()
		for b.Loop() {
			_ = out.SolveVec(dense, right)
		}
	})
	b.Run("matrix/generated", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			matrices.SolveMatrix(wide, a, w, n, n, work)
		}
	})
	b.Run("matrix/gonum", func(b *testing.B) {
		right := mat.NewDense(n, n, w)
		var out mat.Dense
		b.ReportAllocs()
		for b.Loop() {
			_ = out.Solve(dense, right)
		}
	})
}
