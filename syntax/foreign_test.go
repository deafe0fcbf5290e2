package syntax_test

import (
	"testing"

	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
)

// TestSuggestCall has calls as other languages write them.
func TestSuggestCall(t *testing.T) {
	for _, c := range []struct{ call, want string }{
		{"trace(A*B)", `did you mean "tr(A*B)"?`},
		{"transpose(A + B)", `did you mean "(A + B)'"?`},
		{"adjoint(A)", `did you mean "A'" or "det(A)*inv(A)"?`},
		{"cofactor(A)", `did you mean "det(A)*inv(A)'"?`},
		{"matmul(A + B, C)", `did you mean "(A + B)*C"?`},
		{"hadamard(A, B)", `did you mean "A .* B"?`},
		{"square(x + 1)", `did you mean "(x + 1)^2"?`},
		{"norm(x - y, 1)", `did you mean "norm1(x - y)"?`},
		{"norm(A, F)", `did you mean "normF(A)"?`},
		{"norm(x, p)", `did you mean "sum(abs(x).^p)^(1/p)"?`},
		{"sum(A*X, 1)", `did you mean "sum[i]((A*X)[i,:])" or "sum[i]((A*X)[:,i])"?`},
		{"sum(x, y)", ""},
		{"mean(i, 2)", `did you mean "mean[i_i](i[i_i,:])" or "mean[i_i](i[:,i_i])"?`},
		{"trace(A, B)", ""},
		{"tr(A)", ""},
	} {
		x, ds := parser.ParseExpr("", c.call)
		if err := ds.Err(); err != nil {
			t.Fatal(err)
		}
		if got, _ := syntax.SuggestCall(x.(*syntax.Call)); got != c.want {
			t.Errorf("%s: %s, want %s", c.call, got, c.want)
		}
	}
}
