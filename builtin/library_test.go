package builtin_test

import (
	"errors"
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
	// Each function once more by itself, in other words than those of its definition.
	{"sigmoid(x)", "exp(x)/(exp(x) + 1)"},
	{"logit(q)", "log(q) - log(1 - q)"},
	{"softsign(x)", "x/(1 + max(x, -x))"},
	{"hardtanh(x)", "max(-1, min(1, x))"},
	{"silu(x)", "x/(1 + exp(-x))"},
	{"mish(x)", "x*tanh(log(1 + exp(x)))"},
	{"gelu(x)", "x*normal_cdf(x)"},
	{"normal_cdf(x)", "1/2 + erf(x/sqrt(2))/2"},
	{"gelu_tanh(x)", "x*sigmoid(2*sqrt(2)*(x + 44715*x^3/10^6)/sqrt(pi))"},
	{"leaky_relu(x, q)", "max(x, 0) + q*min(x, 0)"},
	{"elu(x, q)", "max(x, 0) + q*(exp(min(x, 0)) - 1)"},
	{"log_softmax(z)[1]", "z[1] - log(exp(z[1]) + exp(z[2]) + exp(z[3]))"},
	{"cross_entropy(q, 0.3)", "-q*log(0.3)"},
	{"cross_entropy(y, p)", "-y[1]*log(p[1]) - y[2]*log(p[2]) - y[3]*log(p[3])"},
	{"cross_entropy_logits(2*y, l)", "cross_entropy(2*y, softmax(l))"},
	{"binary_cross_entropy(0.25, q)", "-log(q)/4 - 3*log(1 - q)/4"},
	{"binary_cross_entropy(y, p)", "-y'*log(p) - (1 - y)'*log(1 - p)"},
	{"bce_logits(q, x)", "log(1 + exp(x)) - x*q"},
	{"bce_logits(y, l)", "sum(log(1 + exp(l))) - y'*l"},
	{"nll(q, x)", "-q*x"},
	{"nll(y, l)", "-y'*l"},
	{"kl_div(q, 0.3)", "q*log(q) - q*log(0.3)"},
	{"kl_div(y, p)", "y'*log(y) - y'*log(p)"},
	{"entropy(q)", "-q*log(q)"},
	{"entropy(y)", "-y'*log(y)"},
	{"focal(q, 0.25, 3)", "-q*27*log(0.25)/64"},
	{"focal(q, 0.25, x)", "-q*0.75^x*log(0.25)"},
	{"focal(y, p, x)", "-sum(y .* (1 - p).^x .* log(p))"},
	{"smooth_labels(y, q)[2]", "y[2] - q*y[2] + q/3"},
	{"mse(q, x)", "q^2 - 2*q*x + x^2"},
	{"mse(y, p)", "(y - p)'*(y - p)/3"},
	{"mae(q, x)", "max(q - x, x - q)"},
	{"mae(y, p)", "norm1(y - p)/3"},
	{"huber(x, q)", "if(-q < x < q, x*x/2, q*max(x, -x) - q^2/2)"},
	{"hinge(x, 0.3)", "max(1 - 3*x/10, 0)"},
	{"squared_hinge(x, 0.3)", "hinge(0.3, x)*hinge(x, 0.3)"},
	{"layer_norm(z, q)[2]", "(z[2] - sum(z)/3)/(z'*z/3 - sum(z)^2/9 + q)^(1/2)"},
	{"rms_norm(z, q)[1]", "z[1]*3^(1/2)/(z'*z + 3*q)^(1/2)"},
	{"batch_norm(Z, q)[1,2]", "(Z[1,2] - Z[2,2])/((Z[1,2] - Z[2,2])^2 + 4*q)^(1/2)"},
	{"attention(Z, Y, Z)", "softmax(Z*Y'/sqrt(3))*Z"},
	{"cosine_similarity(l, z)", "l'*z/(norm(l)*norm(z))"},
	{"normal_logpdf(x, q, 2)", "log(exp(-(x - q)^2/8)/(2*(2*pi)^(1/2)))"},
}

const bits = 200

// TestIdentities holds both sides of every identity against each other at random points, computed by the witness.
func TestIdentities(t *testing.T) {
	for _, id := range identities {
		if mistake := mistakenIdentity(builtin.Definitions(), id.left, id.right); mistake != "" {
			t.Error(mistake)
		}
	}
}

// mistakenIdentity says where the sides of an identity differ.
func mistakenIdentity(library []*syntax.Define, l, r string) string {
	for seed := range uint64(5) {
		values := point(seed)
		left, err1 := evaluateWith(library, l, values)
		right, err2 := evaluateWith(library, r, values)
		if err1 != nil || err2 != nil {
			return fmt.Sprintf("%s == %s: %v", l, r, errors.Join(err1, err2))
		}
		if len(left.Data) != len(right.Data) {
			return fmt.Sprintf("%s has shape %v, %s has %v", l, left.Shape, r, right.Shape)
		}
		for i := range left.Data {
			a, b := left.Data[i].Real(), right.Data[i].Real()
			if d := math.Abs(a.Float64() - b.Float64()); !(d <= 1e-14*(1+math.Abs(b.Float64()))) {
				return fmt.Sprintf("seed %d, entry %d: %s is %v, %s is %v", seed, i, l, a.Float64(), r, b.Float64())
			}
		}
	}
	return ""
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
	{"relu(-2)", 0}, {"relu(3)", 3}, {"relu(0.5)", 0.5},
	{"leaky_relu(-2)", -0.02}, {"leaky_relu(-2, 0.5)", -1},
	{"elu(-1)", math.Expm1(-1)}, {"elu(2)", 2},
	{"selu(1)", 1.0507009873554805}, {"selu(0)", 0}, {"selu(0.5)", 1.0507009873554805 / 2},
	{"selu(-2)", 1.0507009873554805 * 1.6732632423543772 * math.Expm1(-2)}, {"leaky_relu(0.5)", 0.5}, {"elu(0.5, 3)", 0.5},
	{"gelu_tanh(0)", 0}, {"mish(0)", 0},
	{"hardtanh(-3)", -1}, {"hardtanh(0.5)", 0.5}, {"hardtanh(7)", 1},
	{"mae([1, 2], [3, 1])", 1.5},
	{"huber(0.5, 1)", 0.125}, {"huber(-3, 1)", 2.5},
	{"huber(0.75, 1)", 0.28125}, {"huber(3, 2)", 4}, {"arccos(0)", math.Pi / 2}, {"arcosh(2)", math.Acosh(2)},
	{"hinge(1, 0.5)", 0.5}, {"hinge(-1, 0.5)", 1.5}, {"hinge(1, 2)", 0},
	{"squared_hinge(-1, 0.5)", 2.25},
	{"cross_entropy([0, 1], [0, 1])", 0},
	{"softmax([10000, -10000])[1]", 1},
	{"sum(softmax([[2, 2, 2, 2]]))", 1},
	{"bce_logits(1, 800)", 0}, {"bce_logits(0, -800)", 0},
}

// edgeDerivatives are derivatives by x where the branches of a definition meet.
var edgeDerivatives = []struct {
	formula string
	at      int64
	want    float64
}{
	{"d(relu(x), x)", 0, 0},
	{"d(leaky_relu(x), x)", 0, 0.01},
	{"d(elu(x, 3), x)", 0, 3},
	{"d(selu(x), x)", 0, 1.0507009873554805 * 1.6732632423543772},
	{"d(hardtanh(x), x)", 1, 1},
	{"d(hardtanh(x), x)", -1, 1},
	{"d(huber(x, 2), x, 2)", 2, 1},
	{"d(hinge(1, x), x)", 1, 0},
	{"d(squared_hinge(1, x), x, 2)", 1, 0},
}

func TestEdgeDerivatives(t *testing.T) {
	for _, c := range edgeDerivatives {
		if mistake := mistakenEdge(builtin.Definitions(), c.formula, at(c.at), c.want); mistake != "" {
			t.Errorf("at %d: %s", c.at, mistake)
		}
	}
}

// at returns the value of x.
func at(x int64) map[string]verify.Value {
	return map[string]verify.Value{"x": {Data: []verify.Entry{{Rat: big.NewRat(x, 1)}}}}
}

func TestEdgeCases(t *testing.T) {
	for _, c := range edgeCases {
		if mistake := mistakenEdge(builtin.Definitions(), c.formula, nil, c.want); mistake != "" {
			t.Error(mistake)
		}
	}
}

// mistakenEdge says how a value differs from what it has to be.
func mistakenEdge(library []*syntax.Define, formula string, values map[string]verify.Value, want float64) string {
	v, err := evaluateWith(library, formula, values)
	if err != nil {
		return fmt.Sprintf("%s: %v", formula, err)
	}
	if got := v.Data[0].Real().Float64(); !(math.Abs(got-want) <= 1e-15*(1+math.Abs(want))) {
		return fmt.Sprintf("%s is %v, want %v", formula, got, want)
	}
	return ""
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

// evaluateWith evaluates a formula with a library.
func evaluateWith(library []*syntax.Define, formula string, values map[string]verify.Value) (verify.Tensor, error) {
	x, diagnostics := parser.ParseExpr("", formula)
	if err := diagnostics.Err(); err != nil {
		return verify.Tensor{}, err
	}
	point, err := verify.NewPoint(nil, values)
	if err != nil {
		return verify.Tensor{}, err
	}
	return verify.NewEvaluator(verify.Source{Library: library}, point, bits).Eval(x)
}

func ExampleDefinitions() {
	fmt.Println(syntax.PrintStatement(builtin.Definitions()[0]))
	// Output: sigmoid(x) = 1/(1 + exp(-x))
}
