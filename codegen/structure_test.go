package codegen_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/seed-9905856d/derive/codegen"
)

// structureCases are formulas whose matrices have a structure that kernels keep: how deep their loops nest, which for the sizes
// of a vector says how the time grows, and the helpers that they may call.
var structureCases = []struct {
	formula string
	depth   int
	helpers []string
}{
	// Jacobians and Hessians that are diagonal, or that with a term of low rank, times a vector.
	{"hvp(logsumexp(b), b, d)", 1, nil},
	{"hess(logsumexp(b), b)*d", 1, nil},
	{"jac(softmax(b), b)*d", 1, nil},
	{"jac(softmax(b), b)'*d", 1, nil},
	{"jac(log_softmax(b), b)*d", 1, nil},
	{"hvp(cross_entropy_logits(mu, b), b, d)", 1, nil},
	{"hess(cross_entropy_logits(mu, b), b)*d", 1, nil},
	{"(diag(b) - b*b')*d", 1, nil},
	{"(diag(b) + d*mu')*(d + b)", 1, nil},
	{"hvp(sum(exp(b.^2)), b, d)", 1, nil},
	{"hess(sum(sin(b)), b)*d", 1, nil},
	{"jac(exp(b), b)*d", 1, nil},
	{"hvp(b'*(diag(g) + d*d')*b, b, mu)", 1, nil},
	{"hvp(b'*(diag(g) + U*U')*b, b, mu)", 2, nil},
	{"hess(b'*(diag(g) + U*U')*b, b)*mu", 2, nil},
	{"hess(sum(b)^2*sum(b.^2), b)*d", 1, nil},
	{"hess(exp(b'*d)*sum(b.^3), b)*mu", 1, nil},
	{"hvp(norm(b), b, d)", 1, nil},
	{"jac(b/norm(b), b)*d", 1, nil},
	{"hess(norm(b), b)*d", 1, nil},
	{"jac(layer_norm(b, 0.001), b)*d", 1, nil},
	{"jac(rms_norm(b, 0.001), b)*d", 1, nil},
	{"hess(sum(log1p(exp(-w .* (X*b)))), b)*d", 2, nil},
	{"jvp(softmax(X), X, Y)", 2, nil},
	{"hvp(sum[r](logsumexp(X[r,:])), X, Y)", 2, nil},
	{"hess(b'*mu*sum(d .* b), b)*d", 1, nil},
	{"kron(b*d', mu*g')*kron(d, b)", 2, nil},
	{"kron(A, C)*vec(V)", 3, nil},
	// Solutions, determinants and inverses.
	{"solve(diag(g), b)", 1, nil},
	{"det(diag(g)), logdet(diag(g)), tr(inv(diag(g)))", 1, nil},
	{"inv(diag(g))*b", 1, nil},
	{"solve(diag(g) + b*b', d)", 1, []string{"lowRankFactor", "lowRankSolve"}},
	{"inv(diag(g) + b*b')*d, logdet(diag(g) + b*b'), det(diag(g) + b*b')", 1, []string{"lowRankDet", "lowRankFactor", "lowRankLogDet", "lowRankSolve"}},
	{"solve(diag(g) + U*U', b)", 2, []string{"lowRankFactor", "lowRankSolve"}},
	{"solve(hess(logsumexp(b), b) + (c^2 + 1)*eye(n), d)", 1, []string{"lowRankLess", "lowRankSolve"}},
	{"solve(hess(cross_entropy_logits(g/sum(g), b), b) + (c^2 + 1)*eye(n), d)", 1, []string{"lowRankLess", "lowRankSolve"}},
	{"solve(diag(g) + ones(n, n), b)", 1, []string{"lowRankFactor", "lowRankSolve"}},
	{"solve(kron(A, C), vec(V))", 2, []string{"luFactor", "luSolve", "luSolveAll"}},
	{"solve(kron(P, diag(g)), vec(V))", 2, []string{"choleskyFactor", "choleskySolve"}},
	{"logdet(kron(A, P))", 0, []string{"choleskyFactor", "choleskyLogDet", "luFactor", "triangularLogDet"}},
	{"solve(tensor[i,j](P[i,j]*[i >= j]), b)", 2, []string{"triangularSolve"}},
	{"solve(tensor[i,j](P[i,j]*[i <= j]), b)", 2, []string{"triangularSolveT"}},
	{"solve(tensor[i,j](P[j,i]*[i >= j])', b)", 2, []string{"triangularSolveT"}},
	{"solve(tensor[i,j](P[i,j]*[i > j] + [i == j]*g[i]), b), solve(tensor[i,j](P[i,j]*[i > j] + [i == j]*g[i])', d)", 2, []string{"triangularSolve", "triangularSolveT"}},
	{"solve(tensor[i,j](P[i,j]*[i >= j]), A)", 2, []string{"triangularSolveAll"}},
	{"solve(tensor[i,j](P[i,j]*[i <= j]), A)", 2, []string{"triangularSolveAllT"}},
	{"inv(tensor[i,j](P[i,j]*[i >= j]))", 2, []string{"triangularSolveAll"}},
	{"inv(tensor[i,j](P[i,j]*[i >= j]))'*(inv(tensor[i,j](P[i,j]*[i >= j]))*b)", 2, []string{"triangularSolve", "triangularSolveT"}},
	{"det(tensor[i,j](P[i,j]*[i > j] + [i == j]*g[i])), logdet(eye(n) + tensor[i,j](P[i,j]*[i >= j]))", 2, []string{"triangularDet", "triangularLogDet"}},
	{"solve(tensor[i,j](P[i,j]*[i >= j + 1]) + A, b)", 2, []string{"luFactor", "luSolve"}},
	// Whole matrices, each entry of which is written once.
	{"hess(logsumexp(b), b)", 2, nil},
	{"jac(softmax(b), b)", 2, nil},
	{"diag(b) - b*b'", 2, nil},
	{"inv(diag(g))", 1, nil},
	{"jac(layer_norm(b, 0.001), b)", 2, nil},
	// These have no such structure that is known, or none that is safe to use.
	{"solve(diag(b) + d*d', mu)", 2, []string{"luFactor", "luSolve"}},
	{"solve(diag(g) + b*d', mu)", 2, []string{"luFactor", "luSolveT"}},
	{"solve(diag(g) - b*b', d)", 2, []string{"luFactor", "luSolve"}},
	{"solve(X'*X + diag(g), b)", 3, []string{"choleskyFactor", "choleskySolve"}},
	{"inv(P + b*b')*d", 2, []string{"choleskyFactor", "choleskySolve"}},
}

// TestStructure checks how deep the loops of kernels nest and which helpers they call, and what they compute.
func TestStructure(t *testing.T) {
	run := newMatrixRun(t)
	for k, c := range structureCases {
		params, _, _ := strings.Cut(strings.TrimPrefix(matrixParams, "param "), "\n")
		var names []string
		for _, p := range strings.Split(params, ", ") {
			name, _, _ := strings.Cut(p, "[")
			names = append(names, name)
		}
		s, kernels := simplified(t, matrixParams+"kernel f("+strings.Join(names, ", ")+") = "+c.formula+"\n")
		code, err := codegen.Generate(s, kernels, codegen.Options{Package: "p"})
		if err != nil {
			t.Fatalf("%s: %v", c.formula, err)
		}
		depth, helpers := shape(t, code, "F")
		if depth != c.depth || !slices.Equal(helpers, c.helpers) {
			t.Errorf("%s: loops %d deep, helpers %v, want %d and %v", c.formula, depth, helpers, c.depth, c.helpers)
		}
		run.add("s"+string(rune('a'+k/26))+string(rune('a'+k%26)), c.formula, 1, 2, 3, 7)
	}
	run.compare()
}

// shape returns how deep the loops of a function nest, and which functions of matrices it calls.
func shape(t *testing.T, code []byte, name string) (depth int, helpers []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "p.go", code, 0)
	if err != nil {
		t.Fatal(err)
	}
	var visit func(n ast.Node, loops int)
	visit = func(n ast.Node, loops int) {
		ast.Inspect(n, func(m ast.Node) bool {
			if m == n {
				return true
			}
			switch m := m.(type) {
			case *ast.ForStmt:
				depth = max(depth, loops+1)
				visit(m.Body, loops+1)
				return false
			case *ast.RangeStmt:
				depth = max(depth, loops+1)
				visit(m.Body, loops+1)
				return false
			case *ast.CallExpr:
				if id, ok := m.Fun.(*ast.Ident); ok && !slices.Contains(helpers, id.Name) {
					for _, prefix := range []string{"lu", "cholesky", "lowRank", "triangular", "adjugate"} {
						if strings.HasPrefix(id.Name, prefix) {
							helpers = append(helpers, id.Name)
						}
					}
				}
			}
			return true
		})
	}
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Name.Name == name {
			visit(f.Body, 0)
		}
	}
	slices.Sort(helpers)
	return depth, helpers
}
