package codegen_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/codegen"
	"github.com/seed-9905856d/derive/eval"
	"github.com/seed-9905856d/derive/eval/bigmath"
	"github.com/seed-9905856d/derive/expr"
)

// texts are kernels that are compiled, run at several sizes, and held against the plain evaluator. Sizes that no vector gives
// must be named m, n, d or p.
var texts = []string{
	`param A[m,n], v[n]
kernel normal_equations(A, v) = A'*(A*v)`,
	`param A[m,n], B[n,p]
kernel product(A, B) = A*B, tr(A*B*(A*B)')`,
	`param A[m,n], v[n], u[m]
kernel bilinear(A, v, u) = u'*A*v, grad(u'*A*v, A), grad(u'*A*v, v)`,
	`param A[m,n]
kernel gram(A) = A'*A, A*A'`,
	`param Q[m,d], K[n,d], V[n,p]
kernel attend(Q, K, V) = attention(Q, K, V), grad(sum(attention(Q, K, V).^2), V)`,
	`param X[m,n]
kernel batch(X) = batch_norm(X, 1/100), grad(sum(batch_norm(X, 1/100).^3), X)`,
	`param v[n], eps
kernel norms(v, eps) = layer_norm(v, 1 + eps^2), rms_norm(v, 1 + eps^2), grad(sum(layer_norm(v, 1 + eps^2).^3), v), norm(v)`,
	`param v[n], w[n]
kernel hessian(v, w) = hess(logsumexp(v)*sum(w), v), jac(softmax(v), v), hvp(logsumexp(v), v, w)`,
	`param Z[m,n], c[m]
given integer(c)
f = mean[r](logsumexp[k](Z[r,k]) - Z[r,c[r]])
kernel classes(Z, c) = loss: f, grad(f, Z)`,
	`param X[m,n], E[n,p], c[m], u[p]
given integer(c)
f = sum[r]((sum[j](E[c[r],j]*u[j]) - X[r,1])^2)
kernel embeddings(X, E, c, u) = f, grad(f, E)`,
	`param k, v[n], A[m,n]
given integer(k)
kernel prefix(k, v, A) = sum[i in 1..k](v[i]), sum[r, i in 1..k](A[r,i])`,
	`param v[n]
kernel triangles(v) = tensor[i in 1..n](sum[j in 1..i](v[j])), tensor[i in 1..n](max[j in 1..i](v[j])), grad(sum[i in 1..n](sum[j in 1..i](v[j])^2), v), prod[i](v[i])`,
	`param v[n]
f = sum[i in 1..n-1](100*(v[i+1] - v[i]^2)^2 + (1 - v[i])^2)
kernel rosenbrock(v) = f, grad(f, v), hess(f, v)`,
	`param v[n], x
kernel activations(v, x) = tensor[i](relu(v[i])), tensor[i](gelu(v[i])), tensor[i](silu(v[i])), tensor[i](mish(v[i])), tensor[i](elu(v[i])), d(softplus(x)^2, x), max(x, 0), clamp(x, -1, 1)`,
	`param v[n], x
kernel derivatives(v, x) = grad(sum[i](gelu(v[i]) + mish(v[i]) + selu(v[i]) + tanh(v[i])), v), d(sigmoid(x), x, 2), hess(sum[i](softplus(v[i])), v)`,
	`param v[n], w[n]
kernel pairs(v, w) = sum[i, j | i != j](exp(-(v[i] - v[j])^2)*w[i]*w[j]), grad(sum[i, j | i != j](exp(-(v[i] - v[j])^2)*w[i]*w[j]), v)`,
	`param v[n]
kernel extrema(v) = max(v), min(v), grad(max(v), v), argument: tensor[i]([v[i] >= max(v)])`,
	`param func[n], len[n], math, work, i, range, sum
kernel panic(func, len, math, work, i, range, sum) = type: sum[j](func[j]*len[j])*math, var: tensor[j](work*func[j] + i - range*sum), grad(sum[j](func[j]^3)*math, func)`,
	`param y_hat[n], θ
kernel greek_letters(y_hat, θ) = θ*sum(y_hat.^2), grad(θ*sum(y_hat.^2), y_hat)`,
	`param a, b
kernel scalars(a, b) = a^b, atan2(a, b), hypot(a, b), a^(1/3), a^(-3/2), (a*b)^7, pi*e*a, d(a^b, a), d(a^b, b), tanh(a)^2 - 1, expm1(a), log1p(b)`,
	`param Z[m,n], c[m]
given integer(c)
f = sum[r | c[r] >= 2](log(Z[r,c[r]])) + sum[r](Z[r,c[r]]^2)
kernel masked(Z, c) = f, grad(f, Z)`,
	`param y[n], q[n], g
kernel losses(y, q, g) = focal(y, q, g), huber(y[1] - q[1], g), hinge(y[1], g), kl_div(y, q), mse(y, q), mae(y, q), cosine_similarity(y, q), grad(cosine_similarity(y, q), q), normal_logpdf(y[1], g, q[1]), normal_cdf(g), cross_entropy_logits(y, q), binary_cross_entropy(y, q/2), grad(mse(y, q), q), logit(g/2)`,
	`param W[m,n], b[m], v[n], y[m]
f = cross_entropy(y, softmax(W*v + b)) + sum(W.^2)/10
kernel layer(W, b, v, y) = f, grad(f, W), grad(f, b), grad(f, v)`,
	`param W[m,n], U[p,m], v[n], y[p]
f = sum[k]((sum[i](U[k,i]*tanh(sum[j](W[i,j]*v[j]))) - y[k])^2)/2
kernel network(W, U, v, y) = f, grad(f, W), grad(f, U), grad(f, v)`,
	`param a, b, unused[n]
kernel constant(a, b, unused) = 1/3, tensor[i](unused[i]*0 + 7)`,
}

// TestKernels compiles all texts into one program, for each choice of numerics and sums.
func TestKernels(t *testing.T) {
	for name, o := range map[string]codegen.Options{
		"stable": {}, "fast": {Numerics: codegen.Fast}, "pairwise": {Sums: codegen.PairwiseSums}, "compensated": {Sums: codegen.CompensatedSums},
	} {
		t.Run(name, func(t *testing.T) { testKernels(t, o) })
	}
}

func testKernels(t *testing.T, o codegen.Options) {
	o.Package = "kernels"
	c := bigmath.NewContext(64)
	elementary := func(fn *expr.Func, args []float64) float64 {
		nums := make([]bigmath.Num, len(args))
		for k, a := range args {
			nums[k] = bigmath.FromFloat64(a)
		}
		v, ok := c.Call(fn.Name, nums...)
		if !ok {
			t.Fatalf("bigmath has no %s", fn.Name)
		}
		return v.Float64()
	}
	if _, ok := builtin.Lookup("exp", 1); !ok {
		t.Fatal("no exp")
	}
	r := rand.New(rand.NewPCG(7, 7))
	s, kernels, bounds := readAll(t, texts)
	source := newAssembly()
	var calls []call
	var wants [][]float64
	for k, kernel := range kernels {
		text, err := codegen.Generate(s[k], []codegen.Kernel{kernel}, o)
		if err != nil {
			t.Fatal(err)
		}
		source.add(t, text)
		for _, sizes := range []map[string]int{{"m": 1, "n": 1, "d": 1, "p": 1}, {"m": 2, "n": 3, "d": 2, "p": 4}, {"m": 5, "n": 4, "d": 3, "p": 2}} {
			c, want := sampleCall(t, r, kernel, text, sizes, elementary, bounds[k])
			calls, wants = append(calls, c), append(wants, want)
		}
	}
	got := runAll(t, source.file.Bytes(), calls)
	for k := range calls {
		if len(got[k]) != len(wants[k]) {
			t.Errorf("%s: %d values, want %d", calls[k].Func, len(got[k]), len(wants[k]))
			continue
		}
		for i, v := range got[k] {
			w := wants[k][i]
			if !(math.Abs(v-w) <= 1e-12*(1+math.Abs(w))) && !(math.IsNaN(v) && math.IsNaN(w)) {
				t.Errorf("%s%v: value %d is %v, want %v", calls[k].Func, calls[k].Args, i, v, w)
			}
		}
	}
}

func goName(name string) string {
	parts := strings.Split(name, "_")
	for k, p := range parts {
		parts[k] = strings.ToUpper(p[:1]) + p[1:]
	}
	return strings.Join(parts, "")
}

// readAll reads each text in a session of its own. The third result is the largest value of integer parameters: the
// size that they subscript.
func readAll(t *testing.T, texts []string) (sessions []*expr.Session, kernels []codegen.Kernel, bounds []string) {
	for _, text := range texts {
		s, ks := read(t, text)
		for _, k := range ks {
			sessions, kernels, bounds = append(sessions, s), append(kernels, k), append(bounds, "n")
		}
	}
	return sessions, kernels, bounds
}

// sampleCall draws the inputs of one call, and computes what it must return.
func sampleCall(t *testing.T, r *rand.Rand, k codegen.Kernel, text []byte, sizes map[string]int, elementary func(*expr.Func, []float64) float64, bound string) (call, []float64) {
	env := eval.Env{Sizes: sizes, Values: map[*expr.Symbol]eval.Tensor{}, Indices: map[*expr.Node]int{}, Call: elementary}
	c := call{Func: goName(k.Name)}
	extent := func(n *expr.Node) int {
		v, err := eval.Float64(n, env)
		if err != nil {
			t.Fatal(err)
		}
		return int(v)
	}
	for _, p := range k.Params {
		size := 1
		var shape []int
		for _, d := range p.Symbol.Dims {
			shape = append(shape, extent(d))
			size *= extent(d)
		}
		data := make([]float64, size)
		ints := make([]int, size)
		for i := range data {
			data[i] = 0.25 + r.Float64()*1.5
			if p.Symbol.Integer {
				ints[i] = 1 + r.IntN(sizes[bound])
				data[i] = float64(ints[i])
			}
		}
		env.Values[p.Symbol] = eval.Tensor{Shape: shape, Data: data}
		switch {
		case p.Symbol.Integer && shape == nil:
			c.Args = append(c.Args, ints[0])
		case p.Symbol.Integer:
			c.Args = append(c.Args, ints)
		case shape == nil:
			c.Args = append(c.Args, data[0])
		default:
			c.Args = append(c.Args, data)
		}
	}
	line := signaturesOf(t, text)[c.Func]
	list, _, _ := strings.Cut(line[strings.Index(line, "(")+1:], ")")
	explicit := strings.Split(strings.ReplaceAll(list, " int", ""), ", ")
	for _, name := range explicit { // sizes stand under their own names, after everything else
		if v, ok := sizes[name]; ok && len(name) == 1 && strings.Contains(list, " int") {
			c.Sizes = append(c.Sizes, v)
		}
	}
	var tensors, scalars []float64
	for _, o := range k.Outputs {
		if len(o.Indices) == 0 {
			c.Scalars++
			v, err := eval.Float64(o.Value, env)
			if err != nil {
				t.Fatal(err)
			}
			scalars = append(scalars, v)
			continue
		}
		var all func(axis int)
		count := 0
		all = func(axis int) {
			if axis == len(o.Indices) {
				v, err := eval.Float64(o.Value, env)
				if err != nil {
					t.Fatal(err)
				}
				tensors = append(tensors, v)
				count++
				return
			}
			i := o.Indices[axis]
			for at := extent(i.Lo()); at <= extent(i.Hi()); at++ {
				env.Indices[i] = at
				all(axis + 1)
			}
			delete(env.Indices, i)
		}
		all(0)
		c.Out = append(c.Out, count)
	}
	return c, append(tensors, scalars...)
}
