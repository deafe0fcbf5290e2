package simplify_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// closings are sums and products over a range of any size, and what they are without the sum or product.
var closings = []struct{ text, want string }{
	{"sum[k in 1..n](1/(k*(k+1)))", "n/(1 + n)"},
	{"sum[k in 1..n](1/(4*k^2-1))", "n/(1 + 2*n)"},
	{"sum[k in 1..n]((2*k+1)/(k^2*(k+1)^2))", "n*(2 + n)/(1 + n)^2"},
	{"sum[k in 1..n](1/((k+a^2)*(k+a^2+1)))", "n/((1 + a^2)*(1 + n + a^2))"},
	{"sum[k in 1..n](k*2^k)", "2 + (n - 1)*2^(1 + n)"},
	{"sum[k in 1..n](k*gamma(k+1))", "gamma(2 + n) - 1"},
	{"given b != 1\nsum[k in 1..n](k*b^k)", "(b + b^(1 + n)*(b*n - 1 - n))/(b - 1)^2"},
	{"given b != 1\nsum[k in 0..n](k*b^(k-1))", "(1 + b^n*(b*n - 1 - n))/(b - 1)^2"},
	{"given a > 0\nsum[k in 1..n](k*exp(a*k))", "(exp(a) + exp(a*(1 + n))*(n*exp(a) - 1 - n))/(exp(a) - 1)^2"},
	{"given a > 0\nsum[k in 0..n](exp(a*k))", "(1 - exp(a + a*n))/(1 - exp(a))"},
	{"sum[k in 1..n](x[k]*k*2^k/k)", "sum[i](x[i]*2^i)"},
	{"sum[k in 1..n](1/k)", "sum[i in 1..n](1/i)"},
	{"sum[k in 1..n](k*a^k)", "sum[i in 1..n](i*a^i)"}, // a may be 1
	{"prod[k in 1..n](k/(k+1))", "1/(1 + n)"},
	{"prod[k in 2..n](1-1/k)", "1/n"},
	{"prod[k in 1..n](1+1/k)", "1 + n"},
	{"prod[k in 2..n]((k^3-1)/(k^3+1))", "2*(1 + n + 1/n)/(3*(1 + n))"},
	{"prod[k in 1..n]((k^2+1)/((k+1)^2+1))", "2/(2 + n*(2 + n))"},
	{"prod[k in 1..n-1](n-k)", "gamma(n)"},
	{"prod[k in 1..n](prod[j in 1..m](k*w[j]))", "prod(w)^n*gamma(1 + n)^m"},
	{"prod[k in 1..n](a*z[k]/z[k+1])", "z[1]*a^n/z[1+n]"},
	{"prod[k in 1..n](z[k+2]/z[k])", "prod[i in 1..n](z[i+2])/prod[i in 1..n](z[i])"}, // z[2] is not read for n = 1
}

func TestClosings(t *testing.T) {
	for _, c := range closings {
		params := "param a, b, x[n], w[m], z[n+2]\n"
		_, results, err := simplified(params + c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if results[0] != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.text, results[0], c.want)
		}
		var count tally
		for seed := range uint64(3) {
			if err := checkText(params+c.text, seed, &count); err != nil {
				t.Error(err)
			}
		}
	}
}

// TestRandomClosings holds sums and products of random hypergeometric terms against their values.
func TestRandomClosings(t *testing.T) {
	closed := 0
	var count tally
	const cases = 400
	for seed := range uint64(cases) {
		rng := rand.New(rand.NewPCG(seed, 23))
		linear := func() string { return fmt.Sprintf("(%d*k + %d)", 1+rng.IntN(2), rng.IntN(4)+rng.IntN(2)) }
		op, lo := "sum", rng.IntN(3)
		term := fmt.Sprint(1 + rng.IntN(3))
		for range rng.IntN(3) {
			term += "*" + linear()
		}
		shift := 1 + rng.IntN(3)
		for j := range rng.IntN(4) {
			term += fmt.Sprintf("/(k + %d)", shift+j*(1+rng.IntN(2)))
		}
		switch rng.IntN(6) {
		case 0:
			op = "prod"
		case 1:
			term += fmt.Sprintf("*%d^k", 2+rng.IntN(2))
		case 2:
			term += fmt.Sprintf("*b^(%d - k)", rng.IntN(3))
		case 3:
			term += fmt.Sprintf("*b^(k + %d)", rng.IntN(3))
		case 4:
			term += "*gamma(k + 1)"
		}
		text := fmt.Sprintf("param b, x[n]\ngiven b != 1\n%s[k in %d..n%+d](%s)", op, lo, rng.IntN(3)-1, term)
		if err := checkText(text, seed, &count); err != nil {
			t.Error(err)
		}
		if _, results, err := simplified(text); err == nil && !strings.Contains(results[0], op+"[") {
			closed++
		}
	}
	if t.Logf("%d of %d are closed, %d values", closed, cases, count.values.Load()); closed < cases/4 || count.values.Load() < cases*3 {
		t.Errorf("only %d of %d are closed, and %d values compared", closed, cases, count.values.Load())
	}
}
