package codegen_test

import (
	"bytes"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-9905856d/derive/check"
	"github.com/seed-9905856d/derive/codegen"
	"github.com/seed-9905856d/derive/verify"
)

// gonumParams are the inputs of gonumCases.
const gonumParams = `param A[n,n], C[n,n], S[n,n], K[n,n], U[n,p], V[m,p], X[m,n], Y[m,p], H[n,p], x[n], b[n], w[m], e[p], g[n], c
given posdef(S)
given posdef(K)
given g > 0
given c > 0
`

// inputs are the values of the inputs as gonum has them, vectors as matrices of one column.
type inputs struct {
	m, n, p float64
	of      map[string]*mat.Dense
	cond    float64 // the largest condition number of what was inverted or factored
}

func (in *inputs) M(name string) *mat.Dense { return in.of[name] }
func (in *inputs) c() float64               { return in.of["c"].At(0, 0) }

func mul(ms ...mat.Matrix) *mat.Dense {
	out := mat.DenseCopyOf(ms[0])
	for _, m := range ms[1:] {
		var next mat.Dense
		next.Mul(out, m)
		out = &next
	}
	return out
}

func add(ms ...mat.Matrix) *mat.Dense {
	out := mat.DenseCopyOf(ms[0])
	for _, m := range ms[1:] {
		out.Add(out, m)
	}
	return out
}

func sub(a, b mat.Matrix) *mat.Dense { return add(a, times(-1, b)) }

func times(k float64, a mat.Matrix) *mat.Dense {
	var out mat.Dense
	out.Scale(k, a)
	return &out
}

func entrywise(a, b mat.Matrix) *mat.Dense {
	var out mat.Dense
	out.MulElem(a, b)
	return &out
}

func apply(f func(float64) float64, a mat.Matrix) *mat.Dense {
	var out mat.Dense
	out.Apply(func(_, _ int, v float64) float64 { return f(v) }, a)
	return &out
}

func eye(n float64) *mat.Dense {
	out := mat.NewDense(int(n), int(n), nil)
	for i := range int(n) {
		out.Set(i, i, 1)
	}
	return out
}

func diagonal(x mat.Matrix) *mat.Dense {
	n, _ := x.Dims()
	out := mat.NewDense(n, n, nil)
	for i := range n {
		out.Set(i, i, x.At(i, 0))
	}
	return out
}

func kron(a, b mat.Matrix) *mat.Dense {
	var out mat.Dense
	out.Kronecker(a, b)
	return &out
}

// vec stacks the columns.
func vec(a mat.Matrix) *mat.Dense {
	r, c := a.Dims()
	out := mat.NewDense(r*c, 1, nil)
	for j := range c {
		for i := range r {
			out.Set(j*r+i, 0, a.At(i, j))
		}
	}
	return out
}

func (in *inputs) note(a mat.Matrix) {
	if k := mat.Cond(a, 2); k > in.cond {
		in.cond = k
	}
}

func (in *inputs) inv(a mat.Matrix) *mat.Dense {
	in.note(a)
	var out mat.Dense
	_ = out.Inverse(a)
	return &out
}

func (in *inputs) solve(a, b mat.Matrix) *mat.Dense {
	in.note(a)
	var out mat.Dense
	_ = out.Solve(a, b)
	return &out
}

func (in *inputs) logdet(a mat.Matrix) float64 {
	in.note(a)
	v, _ := mat.LogDet(a)
	return v
}

func (in *inputs) det(a mat.Matrix) float64 {
	in.note(a)
	return mat.Det(a)
}

func value(k float64) *mat.Dense         { return mat.NewDense(1, 1, []float64{k}) }
func dot(a, b mat.Matrix) float64        { return mul(a.T(), b).At(0, 0) }
func square(a mat.Matrix) float64        { return dot(vec(a), vec(a)) }
func outerOf(a, b mat.Matrix) *mat.Dense { return mul(a, b.T()) }

// softmaxRows is the softmax of each row.
func softmaxRows(a mat.Matrix) *mat.Dense {
	out := mat.DenseCopyOf(a)
	r, c := out.Dims()
	for i := range r {
		top, sum := math.Inf(-1), 0.0
		for j := range c {
			top = max(top, out.At(i, j))
		}
		for j := range c {
			out.Set(i, j, math.Exp(out.At(i, j)-top))
			sum += out.At(i, j)
		}
		for j := range c {
			out.Set(i, j, out.At(i, j)/sum)
		}
	}
	return out
}

// softmaxBack is what the softmax of rows p makes of cotangents q.
func softmaxBack(p, q mat.Matrix) *mat.Dense {
	out := entrywise(p, q)
	r, c := out.Dims()
	for i := range r {
		sum := 0.0
		for j := range c {
			sum += out.At(i, j)
		}
		for j := range c {
			out.Set(i, j, out.At(i, j)-p.At(i, j)*sum)
		}
	}
	return out
}

// attentionOf returns the weights of softmax(X·A'/√n), with X for queries and A for keys.
func attentionOf(in *inputs) *mat.Dense {
	return softmaxRows(times(1/math.Sqrt(in.n), mul(in.M("X"), in.M("A").T())))
}

// normalised returns (x - mean)/√(variance + eps) and that root.
func normalised(x mat.Matrix, eps float64) (*mat.Dense, float64) {
	n, _ := x.Dims()
	mean := mat.Sum(x) / float64(n)
	centred := apply(func(v float64) float64 { return v - mean }, x)
	root := math.Sqrt(square(centred)/float64(n) + eps)
	return times(1/root, centred), root
}

// gonumCases are formulas with the same by gonum.
var gonumCases = []struct {
	formula string
	want    func(in *inputs) mat.Matrix
}{
	{"inv(A)", func(in *inputs) mat.Matrix { return in.inv(in.M("A")) }},
	{"inv(S)", func(in *inputs) mat.Matrix { return in.inv(in.M("S")) }},
	{"det(A)", func(in *inputs) mat.Matrix { return value(in.det(in.M("A"))) }},
	{"det(tensor[i,j]([i >= j]*A[i,j]))", func(in *inputs) mat.Matrix { return value(in.det(entrywise(lower(in.n), in.M("A")))) }},
	{"logdet(tensor[i,j]([i <= j]*A[i,j]))", func(in *inputs) mat.Matrix { return value(in.logdet(entrywise(lower(in.n).T(), in.M("A")))) }},
	{"logdet(S)", func(in *inputs) mat.Matrix { return value(in.logdet(in.M("S"))) }},
	{"solve(A, b)", func(in *inputs) mat.Matrix { return in.solve(in.M("A"), in.M("b")) }},
	{"solve(A', U)", func(in *inputs) mat.Matrix { return in.solve(in.M("A").T(), in.M("U")) }},
	{"solve(S, U)", func(in *inputs) mat.Matrix { return in.solve(in.M("S"), in.M("U")) }},
	{"A^3", func(in *inputs) mat.Matrix { return mul(in.M("A"), in.M("A"), in.M("A")) }},
	{"A^(-2)*b", func(in *inputs) mat.Matrix { return in.solve(in.M("A"), in.solve(in.M("A"), in.M("b"))) }},
	{"grad(tr(A^3), A)", func(in *inputs) mat.Matrix { return times(3, mul(in.M("A"), in.M("A")).T()) }},
	{"grad(det(A), A)", func(in *inputs) mat.Matrix { return times(in.det(in.M("A")), in.inv(in.M("A")).T()) }},
	{"grad(logdet(A), A)", func(in *inputs) mat.Matrix { return in.inv(in.M("A")).T() }},
	{"hvp(logdet(S), S, C)", func(in *inputs) mat.Matrix {
		s := in.inv(in.M("S"))
		return times(-1, mul(s, in.M("C").T(), s))
	}},
	{"grad(logdet(S + U*U'), U)", func(in *inputs) mat.Matrix {
		return times(2, in.solve(add(in.M("S"), outerOf(in.M("U"), in.M("U"))), in.M("U")))
	}},
	{"grad(tr(inv(A)*C), A)", func(in *inputs) mat.Matrix {
		a := in.inv(in.M("A")).T()
		return times(-1, mul(a, in.M("C").T(), a))
	}},
	{"grad(tr(A*C*S), C)", func(in *inputs) mat.Matrix { return mul(in.M("A").T(), in.M("S").T()) }},
	{"grad(b'*inv(A)*x, A)", func(in *inputs) mat.Matrix {
		return times(-1, outerOf(in.solve(in.M("A").T(), in.M("b")), in.solve(in.M("A"), in.M("x"))))
	}},
	{"x'*A*x", func(in *inputs) mat.Matrix { return value(dot(in.M("x"), mul(in.M("A"), in.M("x")))) }},
	{"grad(x'*A*x, x)", func(in *inputs) mat.Matrix { return mul(add(in.M("A"), in.M("A").T()), in.M("x")) }},
	{"hess(x'*A*x, x)", func(in *inputs) mat.Matrix { return add(in.M("A"), in.M("A").T()) }},
	{"hvp(x'*A*x, x, b)", func(in *inputs) mat.Matrix { return mul(add(in.M("A"), in.M("A").T()), in.M("b")) }},
	{"grad(norm2(X*x - w)^2, x)", func(in *inputs) mat.Matrix {
		return times(2, mul(in.M("X").T(), sub(mul(in.M("X"), in.M("x")), in.M("w"))))
	}},
	{"hess(norm2(X*x - w)^2, x)", func(in *inputs) mat.Matrix { return times(2, mul(in.M("X").T(), in.M("X"))) }},
	{"hvp(norm2(X*x - w)^2, x, b)", func(in *inputs) mat.Matrix { return times(2, mul(in.M("X").T(), in.M("X"), in.M("b"))) }},
	{"solve(X'*X, X'*w)", func(in *inputs) mat.Matrix {
		in.note(mul(in.M("X").T(), in.M("X")))
		var qr mat.QR
		qr.Factorize(in.M("X"))
		var out mat.Dense
		_ = qr.SolveTo(&out, false, in.M("w"))
		return &out
	}},
	{"solve(X'*X + c*eye(n), X'*w)", func(in *inputs) mat.Matrix {
		return in.solve(add(mul(in.M("X").T(), in.M("X")), times(in.c(), eye(in.n))), mul(in.M("X").T(), in.M("w")))
	}},
	{"X*solve(X'*X, X'*V)", func(in *inputs) mat.Matrix {
		in.note(mul(in.M("X").T(), in.M("X")))
		var qr mat.QR
		qr.Factorize(in.M("X"))
		var out mat.Dense
		_ = qr.SolveTo(&out, false, in.M("V"))
		return mul(in.M("X"), &out)
	}},
	{"grad(norm2(X - V*U')^2, V)", func(in *inputs) mat.Matrix {
		return times(2, mul(sub(outerOf(in.M("V"), in.M("U")), in.M("X")), in.M("U")))
	}},
	{"grad(norm2(X - V*U')^2, U)", func(in *inputs) mat.Matrix {
		return times(2, mul(sub(outerOf(in.M("V"), in.M("U")), in.M("X")).T(), in.M("V")))
	}},
	{"hvp(norm2(X - V*U')^2, U, H)", func(in *inputs) mat.Matrix { return times(2, mul(in.M("H"), in.M("V").T(), in.M("V"))) }},
	{"norm2(X - X*U*U')^2", func(in *inputs) mat.Matrix {
		return value(square(sub(in.M("X"), mul(in.M("X"), in.M("U"), in.M("U").T()))))
	}},
	{"grad(norm2(X - X*U*U')^2, U)", func(in *inputs) mat.Matrix {
		x, u := in.M("X"), in.M("U")
		r := sub(mul(x, u, u.T()), x)
		return times(2, add(mul(r.T(), x, u), mul(x.T(), r, u)))
	}},
	{"attention(X, A, C)", func(in *inputs) mat.Matrix { return mul(attentionOf(in), in.M("C")) }},
	{"grad(sum(X .* attention(X, A, C)), C)", func(in *inputs) mat.Matrix { return mul(attentionOf(in).T(), in.M("X")) }},
	{"vjp(attention(X, A, C), A, X)", func(in *inputs) mat.Matrix {
		back := softmaxBack(attentionOf(in), mul(in.M("X"), in.M("C").T()))
		return times(1/math.Sqrt(in.n), mul(back.T(), in.M("X")))
	}},
	{"softmax(X*U)", func(in *inputs) mat.Matrix { return softmaxRows(mul(in.M("X"), in.M("U"))) }},
	{"grad(sum[r](cross_entropy_logits(softmax(Y)[r,:], X[r,:]*U)), U)", func(in *inputs) mat.Matrix {
		return mul(in.M("X").T(), sub(softmaxRows(mul(in.M("X"), in.M("U"))), softmaxRows(in.M("Y"))))
	}},
	{"layer_norm(x, 1/100)", func(in *inputs) mat.Matrix {
		out, _ := normalised(in.M("x"), 0.01)
		return out
	}},
	{"vjp(layer_norm(x, 1/100), x, b)", func(in *inputs) mat.Matrix {
		z, root := normalised(in.M("x"), 0.01)
		mean := mat.Sum(in.M("b")) / in.n
		along := dot(z, in.M("b")) / in.n
		return times(1/root, sub(apply(func(v float64) float64 { return v - mean }, in.M("b")), times(along, z)))
	}},
	{"mvn_logpdf(x, b, S)", func(in *inputs) mat.Matrix {
		r := sub(in.M("x"), in.M("b"))
		return value(-(dot(r, in.solve(in.M("S"), r)) + in.logdet(in.M("S")) + in.n*math.Log(2*math.Pi)) / 2)
	}},
	{"grad(mvn_logpdf(x, b, S), b)", func(in *inputs) mat.Matrix { return in.solve(in.M("S"), sub(in.M("x"), in.M("b"))) }},
	{"grad(mvn_logpdf(x, b, S), S)", func(in *inputs) mat.Matrix {
		y := in.solve(in.M("S"), sub(in.M("x"), in.M("b")))
		return times(0.5, sub(outerOf(y, y), in.inv(in.M("S"))))
	}},
	{"mvn_logpdf(x, b, diag(g) + U*U')", func(in *inputs) mat.Matrix {
		s := add(diagonal(in.M("g")), outerOf(in.M("U"), in.M("U")))
		r := sub(in.M("x"), in.M("b"))
		return value(-(dot(r, in.solve(s, r)) + in.logdet(s) + in.n*math.Log(2*math.Pi)) / 2)
	}},
	{"hess((x - b)'*inv(S)*(x - b), x)", func(in *inputs) mat.Matrix { return times(2, in.inv(in.M("S"))) }},
	{"(tr(inv(S)*K) + (x - b)'*inv(S)*(x - b) - n + logdet(S) - logdet(K))/2", func(in *inputs) mat.Matrix {
		r := sub(in.M("x"), in.M("b"))
		s := in.M("S")
		return value((mat.Trace(in.solve(s, in.M("K"))) + dot(r, in.solve(s, r)) - in.n + in.logdet(s) - in.logdet(in.M("K"))) / 2)
	}},
	{"grad((tr(inv(S)*K) - logdet(K))/2, K)", func(in *inputs) mat.Matrix {
		return times(0.5, sub(in.inv(in.M("S")), in.inv(in.M("K"))))
	}},
	{"grad(x'*A*x/(x'*x), x)", func(in *inputs) mat.Matrix {
		x := in.M("x")
		q := dot(x, mul(in.M("A"), x)) / dot(x, x)
		return times(1/dot(x, x), sub(mul(add(in.M("A"), in.M("A").T()), x), times(2*q, x)))
	}},
	{"kron(A, S)*vec(C)", func(in *inputs) mat.Matrix { return mul(kron(in.M("A"), in.M("S")), vec(in.M("C"))) }},
	{"solve(kron(A, S), vec(C))", func(in *inputs) mat.Matrix { return in.solve(kron(in.M("A"), in.M("S")), vec(in.M("C"))) }},
	{"logdet(kron(A, S))", func(in *inputs) mat.Matrix { return value(in.logdet(kron(in.M("A"), in.M("S")))) }},
	{"vec(U)", func(in *inputs) mat.Matrix { return vec(in.M("U")) }},
	{"cumsum(x)", func(in *inputs) mat.Matrix { return mul(lower(in.n), in.M("x")) }},
	{"vjp(cumsum(x), x, b)", func(in *inputs) mat.Matrix { return mul(lower(in.n).T(), in.M("b")) }},
	{"outer(x, w)", func(in *inputs) mat.Matrix { return outerOf(in.M("x"), in.M("w")) }},
	{"diag(diag(A))*b + tr(A)*x", func(in *inputs) mat.Matrix {
		d := mat.NewDense(int(in.n), 1, nil)
		for i := range int(in.n) {
			d.Set(i, 0, in.M("A").At(i, i))
		}
		return add(entrywise(d, in.M("b")), times(mat.Trace(in.M("A")), in.M("x")))
	}},
	{"grad(normF(A*U), A)", func(in *inputs) mat.Matrix {
		r := mul(in.M("A"), in.M("U"))
		return times(1/mat.Norm(r, 2), outerOf(r, in.M("U")))
	}},
	{"jac(x/norm(x), x)", func(in *inputs) mat.Matrix {
		r := mat.Norm(in.M("x"), 2)
		return times(1/r, sub(eye(in.n), times(1/(r*r), outerOf(in.M("x"), in.M("x")))))
	}},
	{"hess(logsumexp(x), x)", func(in *inputs) mat.Matrix {
		p := mat.DenseCopyOf(softmaxRows(in.M("x").T()).T())
		return sub(diagonal(p), outerOf(p, p))
	}},
	{"solve(hess(logsumexp(x), x) + c*eye(n), b)", func(in *inputs) mat.Matrix {
		p := mat.DenseCopyOf(softmaxRows(in.M("x").T()).T())
		return in.solve(add(sub(diagonal(p), outerOf(p, p)), times(in.c(), eye(in.n))), in.M("b"))
	}},
	{"hess(sum(log1p(exp(X*x))), x)", func(in *inputs) mat.Matrix {
		s := apply(func(v float64) float64 { return 1 / (1 + math.Exp(-v)) }, mul(in.M("X"), in.M("x")))
		return mul(in.M("X").T(), diagonal(apply(func(v float64) float64 { return v * (1 - v) }, s)), in.M("X"))
	}},
}

// lower is the matrix of ones on and below the diagonal.
func lower(n float64) *mat.Dense {
	out := mat.NewDense(int(n), int(n), nil)
	for i := range int(n) {
		for j := range i + 1 {
			out.Set(i, j, 1)
		}
	}
	return out
}

// TestGonum compares compiled kernels with what gonum computes, and with the witness in high precision.
func TestGonum(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 13))
	params, _, _ := strings.Cut(strings.TrimPrefix(gonumParams, "param "), "\n")
	var source bytes.Buffer
	source.WriteString("package kernels\n\nimport \"math\"\n\nvar _ = math.Pi\n")
	parts := map[string]bool{}
	var calls []call
	type expected struct {
		formula      string
		gonum, exact []float64
		cond         float64
	}
	var wants []expected
	for k, c := range gonumCases {
		var names []string
		for _, p := range strings.Split(params, ", ") {
			name, _, _ := strings.Cut(p, "[")
			names = append(names, name)
		}
		u, err := check.Load("test.formula", fmt.Sprintf("%skernel h%d(%s) = %s\n", gonumParams, k, strings.Join(names, ", "), c.formula))
		if err != nil {
			t.Fatalf("%s: %v", c.formula, err)
		}
		kernels, err := u.Kernels()
		if err != nil {
			t.Fatal(err)
		}
		code, err := codegen.Generate(u.Problem.Session, kernels, codegen.Options{Package: "kernels"})
		if err != nil {
			t.Fatalf("%s: %v", c.formula, err)
		}
		for _, part := range strings.SplitAfter(string(code), "\n}\n") { // helpers once
			if at := strings.Index(part, "// "+goName(kernels[0].Name)); at >= 0 {
				part = part[at:]
			}
			if !parts[part] {
				parts[part] = true
				source.WriteString("\n" + part)
			}
		}
		for _, sizes := range []map[string]int{{"n": 4, "m": 6, "p": 3}, {"n": 1, "m": 2, "p": 1}, {"n": 6, "m": 9, "p": 2}} {
			in := &inputs{m: float64(sizes["m"]), n: float64(sizes["n"]), p: float64(sizes["p"]), of: map[string]*mat.Dense{}, cond: 1}
			values := map[string]verify.Value{}
			run := call{Func: goName(kernels[0].Name)}
			for _, p := range strings.Split(params, ", ") {
				name, axes, _ := strings.Cut(strings.TrimSuffix(p, "]"), "[")
				a, shape := draw(r, name, axes, sizes)
				in.of[name] = a
				data := a.RawMatrix().Data
				v := verify.Value{Shape: shape}
				for _, x := range data {
					v.Data = append(v.Data, verify.Entry{Rat: new(big.Rat).SetFloat64(x)})
				}
				values[name] = v
				if shape == nil {
					run.Args = append(run.Args, data[0])
				} else {
					run.Args = append(run.Args, data)
				}
			}
			want := mat.DenseCopyOf(c.want(in)).RawMatrix().Data
			point, err := u.At(values)
			if err != nil {
				t.Fatal(err)
			}
			exact, err := u.Values(u.Items[0].Expr, point)
			if err != nil {
				t.Fatalf("%s: %v", c.formula, err)
			}
			if len(kernels[0].Outputs[0].Indices) == 0 {
				run.Scalars = 1
			} else {
				run.Out = []int{len(want)}
			}
			calls, wants = append(calls, run), append(wants, expected{c.formula, want, exact, in.cond})
		}
	}
	for k, got := range runAll(t, source.Bytes(), calls) {
		w := wants[k]
		size := 1.0
		for _, v := range w.exact {
			size = max(size, math.Abs(v))
		}
		for j, v := range got {
			for from, want := range map[string]float64{"gonum": w.gonum[j], "the witness": w.exact[j]} {
				if !(math.Abs(v-want) <= 1e-14*w.cond*size) {
					t.Errorf("%s: entry %d is %v, by %s %v, at a condition of %.3g", w.formula, j, v, from, want, w.cond)
				}
			}
		}
	}
	t.Logf("%d formulas, %d calls", len(gonumCases), len(calls))
}

// draw returns random values of an input; those of S and K are positive definite.
func draw(r *rand.Rand, name, axes string, sizes map[string]int) (*mat.Dense, []int) {
	var shape []int
	rows, columns := 1, 1
	for k, axis := range strings.Split(axes, ",") {
		if axis == "" {
			break
		}
		shape = append(shape, sizes[axis])
		if k == 0 {
			rows = sizes[axis]
		} else {
			columns = sizes[axis]
		}
	}
	out := mat.NewDense(rows, columns, nil)
	out.Apply(func(_, _ int, _ float64) float64 { return r.NormFloat64() }, out)
	switch name {
	case "S", "K":
		out = add(mul(out, out.T()), eye(float64(rows)))
		for i := range rows {
			for j := range i {
				out.Set(i, j, out.At(j, i))
			}
		}
	case "c", "g":
		out = apply(func(v float64) float64 { return 0.5 + math.Abs(v) }, out)
	}
	return out, shape
}
