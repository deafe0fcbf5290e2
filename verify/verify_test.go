package verify_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/verify"
)

// evaluate returns the value of an expression among the statements of a formula.
func evaluate(formula, expr, at string) (verify.Tensor, error) {
	file, ds := parser.ParseFile("test.formula", formula)
	if err := ds.Err(); err != nil {
		return verify.Tensor{}, err
	}
	x, ds := parser.ParseExpr("expr", expr)
	if err := ds.Err(); err != nil {
		return verify.Tensor{}, err
	}
	values, err := verify.ReadValues([]byte(at))
	if err != nil {
		return verify.Tensor{}, err
	}
	point, err := verify.NewPoint(verify.Params(file), values)
	if err != nil {
		return verify.Tensor{}, err
	}
	return verify.NewEvaluator(verify.Source{File: file}, point, 200).Eval(x)
}

const softmax = "param l[n], y[n]\np[i] = exp(l[i])/sum[j](exp(l[j]))\nL = -sum[i](y[i]*log(p[i]))\n"

func TestEval(t *testing.T) {
	for _, c := range []struct{ formula, expr, at, want string }{
		{"", "0.1 + 0.2", `{}`, "0.3"},
		{"", "-x^2", `{"x":3}`, "-9"},
		{"", "0^0", `{}`, "1"},
		{"", "sum[i in 2..1](i)", `{}`, "0"},
		{"", "max[i in 2..1](i)", `{}`, `"-Inf"`},
		{"", "A*x", `{"A":[[1,2],[3,4]],"x":[1,1]}`, "[3,7]"},
		{"", "x'*A", `{"A":[[1,2],[3,4]],"x":[1,1]}`, "[[4,6]]"},
		{"", "x'*x", `{"x":[1,2]}`, "5"},
		{"", "A[:,2]", `{"A":[[1,2],[3,4]]}`, "[2,4]"},
		{"", "sum[i](x[i])", `{"x":[1,2]}`, "3"},
		{"", "sum[i, j | i != j](A[i,j])", `{"A":[[1,2],[3,4]]}`, "5"},
		{"", "sum[i in 1..3]([i > 1]*x[i-1])", `{"x":[1,2]}`, "3"},
		{"", "A[i,j]*x[j]", `{"A":[[1,2],[3,4]],"x":[1,2]}`, "[[1,4],[3,8]]"},
		{"", "if(x > 0, 1, log(x))", `{"x":2}`, "1"},
		{"", "a*log(b)", `{"a":0,"b":0}`, "0"},
		{"param x[n]", "tensor[i](((2 + ones(n)*(exp(x) + exp(x[2]))')*x)[i]*[n >= 2])", `{"x":[1]}`, "[0]"},
		{"param x[n]", "tensor[i](((2 + ones(n)*(x + sqrt(x[2]))')*x)[i]*[n >= 2])", `{"x":[1,4]}`, "[37,37]"},
		{"", "d(max[i](x[i]), x[1])", `{"x":[1,1]}`, "0.5"},
		{"", "sum(hardmax(log(1 + x.^2)) - [1/3, 1/3, 0, 1/3, 0])", `{"x":[1,-1,0.125,-1,-0.3125]}`, "0"},
		{"", "grad(norm(x), x)", `{"x":[0,0]}`, "[0,0]"},
		{"", "grad(abs(x), x)", `{"x":0}`, "0"},
		{"", "grad(det(A), A)", `{"A":[[1,2],[2,4]]}`, "[[4,-2],[-2,1]]"},
		{"", "A^(-1)", `{"A":[[2,0],[0,4]]}`, "[[0.5,0],[0,0.25]]"},
		{"", "d(t^4, t, 3)", `{"t":2}`, "48"},
		{"", "kron(A, x')", `{"A":[[1,2],[3,4]],"x":[1,10]}`, "[[1,10,2,20],[3,30,4,40]]"},
		{"", "kron(x', y')", `{"x":[1,2],"y":[1,10]}`, "[[1,10,2,20]]"},
		{"", "kron(c, kron(A, 2))", `{"A":[[1,2],[3,4]],"c":3}`, "[[6,12],[18,24]]"},
		{"", "vec(A)", `{"A":[[1,2],[3,4]]}`, "[1,3,2,4]"},
		{"", "logdet(kron(A, B)) - 3*logdet(A) - 4*logdet(B)", `{"A":[[1e30,1,0,2],[3,1,2,5],[1,1e20,4,1],[7,1,1,1]],"B":[[1e30,2,1],[3,4e-9,0],[0,2,1e25]]}`, "0"},
		{"", "hess(x'*A*x, x)", `{"A":[[1,2],[3,4]],"x":[1,1]}`, "[[2,5],[5,8]]"},
		{"", "jvp(x.*x, x, v)", `{"x":[1,2],"v":[1,1]}`, "[2,4]"},
		{"", "vjp(x.*x, x, u)", `{"x":[1,2],"u":[1,2]}`, "[2,8]"},
		{"", "hvp(x[1]*x[2], x, v)", `{"x":[1,2],"v":[1,3]}`, "[3,1]"},
		{"", "d(d(x*y, x), y)", `{"x":1,"y":2}`, "1"},
		{softmax, "grad(L, l) + y - p", `{"l":[1,2,3],"y":[0,1,0]}`, "[0,0,0]"},
		{softmax, "grad(L, p) + y ./ p", `{"l":[1,2,3],"y":[0.5,0.5,0]}`, "[0,0,0]"},
		{softmax, "jac(p, l) - diag(p) + p*p'", `{"l":[1,2],"y":[0,1]}`, "[[0,0],[0,0]]"},
		{"param x[n]\nf(z[n]) = sum(z.^2)", "grad(f(x), x)", `{"x":[1,2]}`, "[2,4]"},
		{"param X[m,n]\nf(z[n])[i] = z[i]/sum(z)", "f(X)", `{"X":[[1,1],[1,3]]}`, "[[0.5,0.5],[0.25,0.75]]"},
		{"param X[m,n]\nf(z[n])[i] = z[i]/sum(z)", "tensor[i,j](f(X[:,j])[i])", `{"X":[[1,2],[3,8]]}`, "[[0.25,0.2],[0.75,0.8]]"},
		{"param X[m,n]\nf(z[n])[i] = z[i]/sum(z)", "f(X[:,j])[i]", `{"X":[[1,2],[3,8]]}`, "[[0.25,0.75],[0.2,0.8]]"},
		{"param X[m,n]\nf(z[n])[i] = z[i]/sum(z)\nY[i,j] = f(X[:,j])[i]", "Y", `{"X":[[1,2],[3,8]]}`, "[[0.25,0.2],[0.75,0.8]]"},
		{"param X[m,n]\nf(z[n])[i] = z[i]/sum(z)", "sum[i](sum[j](f(X[:,j])[i])^2)", `{"X":[[1,2],[3,8]]}`, "2.605"},
		{"param x[n]", "tensor[i](tensor[k in 1..i](x[k])[i]*x[i])", `{"x":[1,2]}`, "[1,4]"},
		{"param Z[m,n], c[m]\ngiven integer(c)", "sum[r](Z[r,c[r]])", `{"Z":[[1,2],[3,4]],"c":[2,1]}`, "5"},
	} {
		got, err := evaluate(c.formula, c.expr, c.at)
		if err != nil {
			t.Errorf("%s at %s: %v", c.expr, c.at, err)
			continue
		}
		if text, _ := json.Marshal(got); !close(string(text), c.want) {
			t.Errorf("%s at %s = %s, want %s", c.expr, c.at, text, c.want)
		}
	}
}

// close reports whether two JSON values agree to twelve digits.
func close(got, want string) bool {
	split := func(r rune) bool { return strings.ContainsRune("[],", r) }
	a, b := strings.FieldsFunc(got, split), strings.FieldsFunc(want, split)
	if len(a) != len(b) || strings.Count(got, "[") != strings.Count(want, "[") {
		return false
	}
	for i := range a {
		var x, y float64
		if json.Unmarshal([]byte(a[i]), &x) != nil || json.Unmarshal([]byte(b[i]), &y) != nil {
			if a[i] != b[i] {
				return false
			}
		}
		if math.Abs(x-y) > 1e-12*max(1, math.Abs(y)) {
			return false
		}
	}
	return true
}

func TestErrors(t *testing.T) {
	for _, c := range []struct{ formula, expr, at, want string }{
		{"", "x[3]", `{"x":[1,2]}`, "x[3] is read at 3 = 3, but that index goes from 1 to 2"},
		{"", "x + y", `{"x":[1,2],"y":[1]}`, "cannot be combined"},
		{"", "x", `{}`, "x has no value"},
		{"param x[n]", "tensor[i](tensor[k in 1..i](x[k])[i])", `{"x":[1,2]}`, "the range of i cannot be inferred"},
		{"", "sum[i in 1..100000000](i)", `{}`, "limit"},
		{"", "vec(c)", `{"c":2}`, "vec takes a matrix, not a scalar"},
		{"", "vec(T)", `{"T":[[[1]]]}`, "vec takes a matrix, not a tensor of shape 1×1×1"},
		{"", "kron(T, T)", `{"T":[[[1]]]}`, "kron takes matrices"},
		{"", "x", `{"x":[[1],[1,2]]}`, "element 2 has length 2"},
		{"param x[n], y[n]", "x", `{"x":[1]}`, "no value for y[n]"},
		{"param x[n], y[n]", "x", `{"x":[1],"y":[1,2]}`, "length 2"},
		{"param x", "x", `{"x":1,"z":2}`, "no parameter z"},
	} {
		if _, err := evaluate(c.formula, c.expr, c.at); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s at %s: error %v, want %q", c.expr, c.at, err, c.want)
		}
	}
}

// The witness evaluates a derivative as it is written.
func ExampleEvaluator_Eval() {
	x, _ := parser.ParseExpr("", "grad(sum(x.^3), x)")
	values, _ := verify.ReadValues([]byte(`{"x": [1, 0.5]}`))
	point, _ := verify.NewPoint(nil, values)
	t, err := verify.NewEvaluator(verify.Source{}, point, 200).Eval(x)
	fmt.Println(t.JSON(6), err)
	// Output: [3,0.75] <nil>
}
