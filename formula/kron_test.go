package formula_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-9905856d/derive/diff"
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/formula"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/syntax"
)

// lowered returns the tensors of the expressions of a text, in one session.
func lowered(t *testing.T, text string) (*formula.Problem, []formula.Tensor) {
	t.Helper()
	file, ds := parser.ParseFile("", text)
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	p, err := formula.New(expr.NewSession(), file, formula.Options{Strict: strings.Contains(text, "param "), Calculus: diff.NewCalculus()})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	var out []formula.Tensor
	for _, s := range file.Statements {
		if x, ok := s.(*syntax.ExprStatement); ok {
			v, _, err := p.Expression(x.X)
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			if err := expr.Check(v.Value); err != nil {
				t.Errorf("%s: %v", text, err)
			}
			out = append(out, v)
		}
	}
	return p, out
}

func TestComposite(t *testing.T) {
	for _, c := range []struct {
		text   string
		shape  string // the sizes of the axes
		groups []int
		entry  string // over its indices, α first
	}{
		{"param A[m,n], B[p,q]\nkron(A, B)", "m*p n*q", []int{2, 2}, "[α:m,β:p,γ:n,δ:q] A[α,γ]*B[β,δ]"},
		{"param A[m,n], B[p,q]\nkron(A, B)'", "n*q m*p", []int{2, 2}, "[α:n,β:q,γ:m,δ:p] A[γ,α]*B[δ,β]"},
		{"param X[m,n]\nvec(X)", "n*m", []int{2}, "[α:n,β:m] X[β,α]"},
		{"param X[m,n+1]\nvec(X)'", "(1+n)*m", []int{2}, "[α:1+n,β:m] X[β,α]"},
		{"param A[m,n], B[p,q]\nvec(kron(A, B))", "n*q*m*p", []int{4}, "[α:n,β:q,γ:m,δ:p] A[γ,α]*B[δ,β]"},
		{"param A[m,n], B[p,q]\nkron(kron(A, B), A)", "m*p*m n*q*n", []int{3, 3}, "[α:m,β:p,γ:m,δ:n,ε:q,ζ:n] A[α,δ]*A[γ,ζ]*B[β,ε]"},
		{"param x[m], y[n]\nkron(x, y)", "m*n", []int{2}, "[α:m,β:n] x[α]*y[β]"},
		{"param x[m], y[n]\nkron(x', y)", "n m", nil, "[α:n,β:m] x[β]*y[α]"},
		{"param x[m], B[p,q]\nkron(x, B)", "m*p q", []int{2, 1}, "[α:m,β:p,γ:q] x[α]*B[β,γ]"},
		{"param x[m], B[p,q]\nkron(B, x')", "p q*m", []int{1, 2}, "[α:p,β:q,γ:m] x[γ]*B[α,β]"},
		{"param A[2,3], B[4,5]\nkron(A, B)", "2*4 3*5", []int{2, 2}, "[α:2,β:4,γ:3,δ:5] A[α,γ]*B[β,δ]"},
		{"param A[1,n], B[p,1]\nkron(A, B)", "p n", nil, "[α:p,β:n] A[1,β]*B[α,1]"},
		{"param X[m,1]\nvec(X)", "m", nil, "[α:m] X[α,1]"},
		{"param x[m]\nvec(x')", "m", nil, "[α:m] x[α]"},
		{"param c, A[m,n]\nkron(c, A)", "m n", nil, "[α:m,β:n] c*A[α,β]"},
		{"param X[m,n], Y[m,n]\njac(vec(X .* Y), X)", "n*m m n", []int{2, 1, 1}, "[α:n,β:m,γ:m,δ:n] Y[β,α]*[α == δ]*[β == γ]"},
		{"param X[m,n]\nv = vec(X)\njac(v, v)", "n*m n*m", []int{2, 2}, "[α:n,β:m,γ:n,δ:m] [α == γ]*[β == δ]"},
		{"param T[b,m,n]\ntensor[k](vec(T[k,:,:]))", "b n*m", []int{1, 2}, "[α:b,β:n,γ:m] T[α,γ,β]"},
		{"param A[m,m], B[n,n]\nkron(A, B)^0", "m*n m*n", []int{2, 2}, "[α:m,β:n,γ:m,δ:n] [α == γ]*[β == δ]"},
		{"param A[m,n], B[p,q]\ny[i,j] = kron(A, B)[j,i]\ny", "n*q m*p", []int{2, 2}, "[α:n,β:q,γ:m,δ:p] A[γ,α]*B[δ,β]"},
	} {
		p, ts := lowered(t, c.text)
		v := ts[0]
		if got := strings.Join(v.Shape(), " "); got != c.shape || !slices.Equal(v.Groups, c.groups) {
			t.Errorf("%s\nhas the shape %s in groups %v, want %s in %v", c.text, got, v.Groups, c.shape, c.groups)
		}
		v.Orient = formula.Column
		if _, got := describe(p, v, 0); normal(got) != normal(c.entry) {
			t.Errorf("%s\n%s", c.text, cmp.Diff(c.entry, got))
		}
	}
}

// normal returns a text with its factors sorted.
func normal(entry string) string {
	axes, value, _ := strings.Cut(entry, "] ")
	factors := strings.Split(value, "*")
	slices.Sort(factors)
	return axes + "] " + strings.Join(factors, "*")
}

// TestCompositeIdentities holds pairs of scalars that are the same expression, or become it when multiplied out.
func TestCompositeIdentities(t *testing.T) {
	const inputs = "param A[n,n], B[m,m], X[m,n], Y[m,n], C[2,2], D[3,3], z[6]\n"
	for _, pair := range [][2]string{
		{"tr(kron(A, B))", "tr(A)*tr(B)"},
		{"sum(kron(A, X))", "sum(A)*sum(X)"},
		{"norm2(vec(X))", "norm2(X)"},
		{"norm1(vec(X))", "sum(abs(X))"},
		{"vec(X)'*vec(Y)", "tr(X'*Y)"},
		{"vec(X)'*kron(A, B)*vec(Y)", "sum(X .* (B*Y*A'))"},
		{"mean(kron(X, X))", "sum(X)*sum(X)/(n*n*m*m)"},
		{"det(kron(A, B))", "det(A)^m*det(B)^n"},
		{"logdet(kron(A, B))", "m*logdet(A) + n*logdet(B)"},
		{"det(2*kron(A, B))", "det(2*A)^m*det(B)^n"},
		{"tr(inv(kron(A, B)))", "tr(inv(A))*tr(inv(B))"},
		{"vec(X)'*solve(kron(A, B), vec(Y))", "tr(X'*inv(B)*Y*inv(A)')"},
		{"sum(diag(kron(A, B)))", "tr(A)*tr(B)"},
		{"sum(diag(vec(X)))", "sum(X)"},
		{"tr(outer(vec(X), vec(Y)))", "sum(X .* Y)"},
		{"dot(kron(A, B), kron(A, B))", "dot(A, A)*dot(B, B)"},
		{"sum[i](vec(X)[i]*vec(Y)[i])", "sum(X .* Y)"},
		{"sum[i,j](kron(A, B)[i,j]*[i == j])", "tr(A)*tr(B)"},
		{"sum[i,j](kron(A, B)[i,j]*[i != j])", "sum[i,j,k,l](A[i,j]*B[k,l]*(1 - [i == j]*[k == l]))"},
		{"kron(C, D)[2,5]", "C[1,2]*D[2,2]"},
		{"kron(C, D)[6,1]", "C[2,1]*D[3,1]"},
		{"vec(C*C')[3]", "(C*C')[1,2]"},
		{"sum(kron(C, D)*z)", "sum[i,j,k,l](C[i,j]*D[k,l]*z[3*j + l - 3])"},
		{"(kron(C, D) + kron(D, C))[2,4]", "C[1,2]*D[2,1] + C[2,2]*D[1,2]"},
	} {
		p, ts := lowered(t, inputs+pair[0]+"\n"+pair[1])
		if ts[0].Value != ts[1].Value {
			_, got := describe(p, ts[0], 0)
			_, want := describe(p, ts[1], 0)
			t.Errorf("%s is %s, want that of %s, %s", pair[0], got, pair[1], want)
		}
	}
}

// TestCompositeInference says what undeclared names in kron and vec are.
func TestCompositeInference(t *testing.T) {
	for text, want := range map[string]string{
		"kron(A, B)":                     "A[m,n], B[k,p]",
		"kron(A, B)*vec(X)":              "A[m,n], B[k,p], X[p,n]",
		"tr(kron(A, B))":                 "A[m,m], B[n,n]",
		"kron(x, y)":                     "x[n], y[m]",
		"kron(A, x)":                     "A[m,n], x[k]",
		"vec(x)":                         "x[m,n]",
		"vec(X)'*vec(Y)":                 "X[m,n], Y[m,n]",
		"kron(A, B) + kron(C, D)'":       "A[m,n], B[k,p], C[n,m], D[p,k]",
		"det(kron(A, B))":                "A[m,m], B[n,n]",
		"kron(A, kron(B, C))*vec(D)":     "",
		"norm2(kron(A, B)*x - vec(X))^2": "",
	} {
		file, ds := parser.ParseFile("", text)
		if ds.Err() != nil {
			t.Fatal(ds)
		}
		p, err := formula.New(expr.NewSession(), file, formula.Options{Calculus: diff.NewCalculus()})
		if err != nil {
			t.Fatal(err)
		}
		v, _, err := p.Expression(file.Statements[0].(*syntax.ExprStatement).X)
		if want == "" {
			if err == nil || !strings.Contains(err.Error(), "do not agree") {
				t.Errorf("%s: error %v, want one about sizes", text, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if inputs, _ := describe(p, formula.Tensor{Value: v.Value}, 0); inputs != want {
			t.Errorf("%s: %s, want %s", text, inputs, want)
		}
	}
}
