package simplify_test

import "testing"

const groupedInputs = "param A[n,n], B[n,n], U[n,m], W[m,n], x[n], y[m], c, T[m,n,n]\n"

// TestGrouped writes tensors with composite axes; what is written, and the same entry by entry, has their values.
func TestGrouped(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"kron(A, U)", "kron(A, U)"},
		{"kron(A, U)'", "kron(A', U')"},
		{"2*kron(A, U) - c*kron(B, U)", "kron(2*A - c*B, U)"},
		{"-kron(A, B) + 1", "1 - kron(A, B)"},
		{"kron(A, kron(U, B))", "kron(A, kron(U, B))"},
		{"kron(x, y)", "kron(x, y)"},
		{"kron(x, kron(y, x))'", "kron(x, kron(y, x))'"},
		{"kron(x, U)", "kron(x, U)"},
		{"kron(y', U)", "kron(y', U)"},
		{"vec(A*U)", "vec(A*U)"},
		{"vec(kron(A, U))", "vec(kron(A, U))"},
		{"vec(U)*vec(W)'", "vec(U)*vec(W)'"},
		{"kron(x, y)*kron(y, x)'", "kron(x*y', y*x')"},
		{"diag(vec(U))", "diag(vec(U))"},
		{"kron(A, B)*diag(vec(A))", "sum[i in 1..n, k in 1..n](kron(eye(n)[:,i]*eye(n)[:,k]', tensor[j,l](A[i,k]*A[l,k]*B[j,l])))"},
		{"exp(kron(A, B)) .* kron(B, A)", "kron(B, A) .* exp(kron(A, B))"},
		{"1 ./ (1 + kron(A, B).^2)", "(kron(A.^2, B.^2) + 1).^(-1)"},
		{"abs(kron(A, B) + kron(B, B))", "abs(kron(A + B, B))"},
		{"[vec(A), vec(B)]", "tensor[i in 1..2](vec(tensor[k,j](if(i == 1, A[k,j], B[k,j]))))"},
		{"if(c > 0, kron(A, B), kron(eye(n), x*x'))", "sum[i in 1..n, k in 1..n](kron(eye(n)[:,i]*eye(n)[:,k]', tensor[j,l](if(c > 0, A[i,k]*B[j,l], x[j]*x[l]*[i == k]))))"},
		{"tensor[i](vec(T[i,:,:]))", "tensor[i in 1..m](vec(tensor[k,j](T[i,k,j])))"},
		{"tensor[i](kron(T[i,:,:], x))", "tensor[i in 1..m](sum[j in 1..n](kron(eye(n)[:,j], tensor[k,l](x[k]*T[i,j,l]))))"},
		{"ones(n)*kron(ones(n), ones(n))'*c", "c*(ones(n)*vec(ones(n, n))')"},
		{"0*kron(A, U) + tr(A)", "tr(A)*kron(ones(n, n), ones(n, m))"},
		{"c + tr(A) - kron(x, y)*c", "tr(A) - c*(kron(x, y) - 1)"},
		{"kron(A, B)*0", "kron(zeros(n, n), zeros(n, n))"},
		{"cumsum(x)*vec(A)'", "tensor[i in 1..n](vec(tensor[k,j](A[k,j]*sum[l in 1..i](x[l]))))"},
		{"jac(kron(x, U*y), x)", "kron(eye(n), U*y)"},
		{"jac(vec(A*U*W), U)", "tensor[p, k in 1..n, l in 1..m](vec(tensor[j,i](A[j,k]*W[l,i]))[p])"},
		{"tensor[q, l in 1..n, p in 1..m](vec(tensor[j,i](A[j,l]*W[p,i]))[q])", "tensor[p, k in 1..n, l in 1..m](vec(tensor[j,i](A[j,k]*W[l,i]))[p])"},
		{"jac(vec(A*U*W), vec(U))", "kron(W', A)"},
		{"jac(vec(A*U), U)", "tensor[p, k in 1..n, l in 1..m](vec(tensor[j, i in 1..m](A[j,k]*[i == l]))[p])"},
		{"jac(kron(x, x)*y', x)", "tensor[p, k in 1..m, l in 1..n](vec(tensor[j,i](y[k]*(x[i]*[j == l] + x[j]*[i == l])))[p])"},
		{"tensor[k](vec(A)*vec(U)'*x[k])", "tensor[i in 1..n](x[i]*(vec(A)*vec(U)'))"},
		{"jac(U*y, vec(U))", "kron(y', eye(n))"},
		{"jac(U', vec(U))", "tensor[i in 1..m](tensor[j in 1..n](vec(tensor[l in 1..n, k in 1..m]([i == k]*[j == l]))))"},
		{"jac(vec(x*x'), vec(x))", "kron(eye(n), x) + kron(x, eye(n))"},
		{"grad(norm2(A*U - U*W*U)^2 + y'*U'*x, vec(U))", "vec(x*y' + 2*(U*W - A)*U*U'*W' + 2*(U*W - A)'*(U*W - A)*U)"},
		{"grad(y'*U'*x, vec(U))", "kron(y, x)"},
		{"hess(tr(U'*A*U), vec(U))", "kron(eye(m), A + A')"},
		{"hess(norm2(B*U - x*y')^2, vec(U), vec(B))", "2*kron(U', B') + 2*(kron(ones(m), kron(eye(n), ones(n)')) .* (kron(ones(n)', kron(U'*B', ones(n))) - kron(y*ones(n)', ones(n)*x')))"},
		{"hvp(tr(U'*A*U), vec(U), vec(W'))", "vec((A + A')*W')"},
		{"vjp(vec(A*U), vec(U), kron(y, x))", "kron(y, A'*x)"},
		{"jvp(A*U, vec(U), kron(y, x))", "A*x*y'"},
		{"jac(kron(c*x, y), U)", "tensor[p, k in 1..n, l in 1..m](vec(zeros(m, n))[p])"},
		{"jac(kron(U, y), vec(U))", "tensor[q, k in 1..m, r](sum[i in 1..n, l in 1..m](kron(eye(n)[:,i]*eye(m)[:,l]', tensor[j, p in 1..n](y[j]*[i == p]*[k == l])))[q,r])"},
		{"jac(jac(vec(A*A), vec(A)), vec(A))", "tensor[q,r,s](sum[m in 1..n, p in 1..n](kron(eye(n)[:,m], eye(n)[:,p])[s]*sum[i in 1..n, k in 1..n](kron(eye(n)[:,i]*eye(n)[:,k]', tensor[j in 1..n, l in 1..n]([i == k]*[j == p]*[l == m] + [i == m]*[j == l]*[k == p])))[q,r]))"},
	} {
		_, results, err := simplified(groupedInputs + c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if results[0] != c.want {
			t.Errorf("%s: %s, want %s", c.text, results[0], c.want)
		}
		var count tally
		for seed := range uint64(3) {
			if err := checkText(groupedInputs+c.text, seed, &count); err != nil {
				t.Error(err)
			}
		}
		if count.values.Load() == 0 {
			t.Errorf("%s: no values were compared", c.text)
		}
	}
}

// TestGroupedByEntry writes tensors with composite axes entry by entry.
func TestGroupedByEntry(t *testing.T) {
	for text, want := range map[string]string{
		"kron(A, U)":      "sum[i in 1..n, k in 1..n](kron(eye(n)[:,i]*eye(n)[:,k]', tensor[j,l](A[i,k]*U[j,l])))",
		"kron(x, U)":      "sum[i in 1..n](kron(eye(n)[:,i], tensor[j,k](x[i]*U[j,k])))",
		"kron(y', U)":     "tensor[i in 1..n](vec(tensor[k,j](y[j]*U[i,k])))",
		"kron(x, y)'":     "vec(tensor[j,i](x[i]*y[j]))'",
		"vec(kron(A, U))": "vec(sum[j in 1..m](kron(eye(m)[:,j], sum[k in 1..n](kron(eye(n)[:,k], tensor[l,i](A[k,i]*U[l,j]))))))",
	} {
		_, results, err := simplified(groupedInputs + text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if results[1] != want {
			t.Errorf("%s: %s, want %s", text, results[1], want)
		}
	}
}
