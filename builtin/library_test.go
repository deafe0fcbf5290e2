package builtin_test

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
	"github.com/seed-9905856d/derive/verify"
)

// identities are equations that the library's functions and their derivatives must satisfy. The inputs are
// a scalar x, a probability q, vectors l and z, distributions y and p over their entries, and a matrix Z with
// rows of logits and a matrix Y with rows of labels.
var identities = []struct{ left, right string }{
	{"d(sigmoid(x), x)", "sigmoid(x)*(1 - sigmoid(x))"},
	{"d(1/(1+exp(-x)), x)", "sigmoid(x)*(1 - sigmoid(x))"},
	{"logit(sigmoid(x))", "x"},
	{"d(softplus(x), x)", "sigmoid(x)"},
	{"softplus(x)", "log(1 + exp(x))"},
	{"d(softsign(x), x)", "1/(1 + abs(x))^2"},
	{"d(silu(x), x)", "sigmoid(x)*(1 + x*(1 - sigmoid(x)))"},
	{"d(gelu(x), x)", "normal_cdf(x) + x*exp(-x^2/2)/sqrt(2*pi)"},
	{"d(log(normal_cdf(x)), x)", "exp(-x^2/2)/sqrt(2*pi)/normal_cdf(x)"},
	{"d(normal_logpdf(x, 1, 2), x)", "(1 - x)/4"},
	{"leaky_relu(x)", "leaky_relu(x, 0.01)"},
	{"sum(softmax(z))", "1"},
	{"softmax(z)[1]", "exp(z[1])/sum[j](exp(z[j]))"},
	{"log_softmax(z)[2]", "log(softmax(z)[2])"},
	{"jac(softmax(z), z)", "diag(softmax(z)) - softmax(z)*softmax(z)'"},
	{"d(softmax(z)[i], z[j])", "tensor[i,j](softmax(z)[i]*([i == j] - softmax(z)[j]))"},
	{"grad(logsumexp(z), z)", "softmax(z)"},
	{"hess(logsumexp(z), z)", "diag(softmax(z)) - softmax(z)*softmax(z)'"},
	{"grad(cross_entropy(y, p), p)", "-y ./ p"},
	{"grad(cross_entropy(y, softmax(l)), l)", "softmax(l) - y"},
	{"grad(cross_entropy(2*y, softmax(l)), l)", "sum(2*y)*softmax(l) - 2*y"},
	{"grad(sum(y .* log(softmax(l))), l)", "y - softmax(l)"},
	{"grad(cross_entropy_logits(y, l), l)", "softmax(l) - y"},
	{"hess(cross_entropy(y, softmax(l)), l)", "diag(softmax(l)) - softmax(l)*softmax(l)'"},
	{"d(binary_cross_entropy(0.25, q), q)", "(q - 0.25)/((1 - q)*q)"},
	{"d(binary_cross_entropy(0.25, sigmoid(x)), x)", "sigmoid(x) - 0.25"},
	{"grad(binary_cross_entropy(y, p), p)", "(p - y) ./ ((1 - p) .* p)"},
	{"bce_logits(q, x)", "binary_cross_entropy(q, sigmoid(x))"},
	{"grad(bce_logits(y, l), l)", "sigmoid(l) - y"},
	{"grad(kl_div(y, softmax(l)), l)", "softmax(l) - y"},
	{"entropy(y)", "cross_entropy(y, y)"},
	{"grad(nll(y, log_softmax(l)), l)", "softmax(l) - y"},
	{"grad(focal(y, p, 0), p)", "-y ./ p"},
	{"sum(smooth_labels(y, q))", "1"},
	{"grad(mse(y, p), p)", "2*(p - y)/3"},
	{"sum(layer_norm(z, q))", "0"},
	{"cosine_similarity(z, 3*z)", "1"},
	{"layer_norm(z, l, y, q)", "l .* layer_norm(z, q) + y"},
	{"rms_norm(z, l, q)", "l .* rms_norm(z, q)"},
	{"batch_norm(Z', q)'", "tensor[r,i](layer_norm(Z[r,:], q)[i])"},
	{"batch_norm(Z', [1, 2], [3, 4], q)[1,2]", "2*layer_norm(Z[2,:], q)[1] + 4"},
	{"attention(Z, Y, Y)", "softmax(Z*Y'/sqrt(3))*Y"},
	{"mvn_logpdf(z, l, 4*eye(3))", "sum[i](normal_logpdf(z[i], l[i], 2))"},
	{"grad(mvn_logpdf(z, l, 4*eye(3)), z)", "(l - z)/4"},
	{"d(mish(x), x)", "tanh(softplus(x)) + x*sigmoid(x)*(1 - tanh(softplus(x))^2)"},
	{"jac(rms_norm(z, 0), z)*z", "zeros(3)"},
	{"grad(mean[r](cross_entropy(Y[r,:], softmax(Z[r,:]))), Z)", "tensor[r,k]((softmax(Z)[r,k] - Y[r,k])/2)"},
	{"hvp(cross_entropy(y, softmax(l)), l, z)", "hess(cross_entropy(y, softmax(l)), l)*z"},
	{"vjp(log_softmax(z), z, l)", "l - softmax(z)*sum(l)"},
	{"softmax([x, q])[1]", "sigmoid(x - q)"},
	{"exp(ln(q))", "q"},
	{"sin(arcsin(q))", "q"},
	{"cos(arccos(q))", "q"},
	{"tan(arctan(x))", "x"},
	{"sinh(arsinh(x))", "x"},
	{"cosh(arcosh(1 + q))", "1 + q"},
	{"tanh(artanh(q))", "q"},
}

const bits = 200

// TestIdentities holds both sides of every identity against each other at random points, computed by the witness.
func TestIdentities(t *testing.T) {
	for _, id := range identities {
		for seed := range uint64(5) {
			values := point(seed)
			left, right := evaluate(t, id.left, values), evaluate(t, id.right, values)
			if len(left.Data) != len(right.Data) {
				t.Errorf("%s has shape %v, %s has %v", id.left, left.Shape, id.right, right.Shape)
				break
			}
			for i := range left.Data {
				a, b := left.Data[i].Real(), right.Data[i].Real()
				if d := math.Abs(a.Float64() - b.Float64()); !(d <= 1e-14*(1+math.Abs(b.Float64()))) {
					t.Errorf("seed %d, entry %d: %s is %v, %s is %v", seed, i, id.left, a.Float64(), id.right, b.Float64())
				}
			}
		}
	}
}

// TestEveryFunctionIsTested requires an identity for every function of the library that needs no choice of branch.
func TestEveryFunctionIsTested(t *testing.T) {
	used := map[string]bool{}
	for _, id := range identities {
		for _, text := range []string{id.left, id.right} {
			x, _ := parser.ParseExpr("", text)
			syntax.Inspect(x, func(n syntax.Expr) bool {
				if c, ok := n.(*syntax.Call); ok {
					used[c.Fun.Name] = true
				}
				return true
			})
		}
	}
	edges := map[string]bool{}
	for _, e := range edgeCases {
		x, _ := parser.ParseExpr("", e.formula)
		syntax.Inspect(x, func(n syntax.Expr) bool {
			if c, ok := n.(*syntax.Call); ok {
				edges[c.Fun.Name] = true
			}
			return true
		})
	}
	for _, def := range builtin.Definitions() {
		if name := def.Name.Name; !used[name] && !edges[name] {
			t.Errorf("no test mentions %s", name)
		}
	}
}

// edgeCases are values on both sides of a branch and at the edges that the language declares.
var edgeCases = []struct {
	formula string
	want    float64
}{
	{"relu(-2)", 0}, {"relu(3)", 3},
	{"leaky_relu(-2)", -0.02}, {"leaky_relu(-2, 0.5)", -1},
	{"elu(-1)", math.Expm1(-1)}, {"elu(2)", 2},
	{"selu(1)", 1.0507009873554805}, {"selu(0)", 0},
	{"gelu_tanh(0)", 0}, {"mish(0)", 0},
	{"hardtanh(-3)", -1}, {"hardtanh(0.5)", 0.5}, {"hardtanh(7)", 1},
	{"mae([1, 2], [3, 1])", 1.5},
	{"huber(0.5, 1)", 0.125}, {"huber(-3, 1)", 2.5},
	{"hinge(1, 0.5)", 0.5}, {"hinge(1, 2)", 0},
	{"squared_hinge(-1, 0.5)", 2.25},
	{"cross_entropy([0, 1], [0, 1])", 0},
	{"softmax([10000, -10000])[1]", 1},
	{"sum(softmax([[2, 2, 2, 2]]))", 1},
	{"bce_logits(1, 800)", 0}, {"bce_logits(0, -800)", 0},
}

func TestEdgeCases(t *testing.T) {
	for _, c := range edgeCases {
		got := evaluate(t, c.formula, nil).Data[0].Real().Float64()
		if !(math.Abs(got-c.want) <= 1e-15*(1+math.Abs(c.want))) {
			t.Errorf("%s is %v, want %v", c.formula, got, c.want)
		}
	}
}

// point draws the inputs of the identities.
func point(seed uint64) map[string]verify.Value {
	r := rand.New(rand.NewPCG(seed, 2))
	vector := func(entry func() int64) verify.Value {
		v := verify.Value{Shape: []int{3}, Data: make([]verify.Entry, 3)}
		sum := int64(0)
		for i := range v.Data {
			n := entry()
			sum += n
			v.Data[i].Rat = big.NewRat(n, 7)
		}
		if sum > 0 {
			for i := range v.Data {
				v.Data[i].Rat.Mul(v.Data[i].Rat, big.NewRat(7, sum))
			}
		}
		return v
	}
	logits := func() verify.Value { return shifted(vector(func() int64 { return 1 + r.Int64N(50) }), r.Int64N(9)-4) }
	distribution := func() verify.Value { return vector(func() int64 { return 1 + r.Int64N(50) }) }
	scalar := func(n, d int64) verify.Value { return verify.Value{Data: []verify.Entry{{Rat: big.NewRat(n, d)}}} }
	rows := func(row func() verify.Value) verify.Value {
		return verify.Value{Shape: []int{2, 3}, Data: append(row().Data, row().Data...)}
	}
	return map[string]verify.Value{
		"x": scalar(r.Int64N(61)-30, 10), "q": scalar(1+r.Int64N(9), 10),
		"l": logits(), "z": logits(), "y": distribution(), "p": distribution(),
		"Z": rows(logits), "Y": rows(distribution),
	}
}

// shifted returns a vector with k·i/3 added to its i-th entry.
func shifted(v verify.Value, k int64) verify.Value {
	for i := range v.Data {
		v.Data[i].Rat.Add(v.Data[i].Rat, big.NewRat(k*int64(i), 3))
	}
	return v
}

func evaluate(t *testing.T, formula string, values map[string]verify.Value) verify.Tensor {
	t.Helper()
	x, diagnostics := parser.ParseExpr("", formula)
	if err := diagnostics.Err(); err != nil {
		t.Fatalf("%s: %v", formula, err)
	}
	point, err := verify.NewPoint(nil, values)
	if err != nil {
		t.Fatal(err)
	}
	v, err := verify.NewEvaluator(verify.Source{Library: builtin.Definitions()}, point, bits).Eval(x)
	if err != nil {
		t.Fatalf("%s: %v", formula, err)
	}
	return v
}

func ExampleDefinitions() {
	fmt.Println(syntax.PrintStatement(builtin.Definitions()[0]))
	// Output: sigmoid(x) = 1/(1 + exp(-x))
}
