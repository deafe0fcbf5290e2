package verify_test

import (
	"errors"
	"math/big"
	"testing"
	"time"

	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/verify"
)

// FuzzEval evaluates whatever parses: it ends in a value or in an error with a message, never in a panic.
func FuzzEval(f *testing.F) {
	for _, text := range []string{
		"d(softmax(z)[i], z[j])", "sum[i in 2..n](v[i-1]*A[i,1])", "A'*v", "grad(sum(v .* v), v)",
		"if(x > 0, x, 1/x)", "[1, 2]'*[3, 4]", "inv(A)*v", "prod[i | i != 1](v[i])", "tensor[i,j](A[i,j]^x)",
		"hess(logsumexp(v), v)", "max[i](v[i])", "d(x^x, x, 3)", "A[1,:]", "d(x^x, x, 40)", "d(beta(x, x), x, 30)", "det(A^2)", "gamma(x)/beta(x, 2)",
	} {
		f.Add(text)
	}
	entries := func(ns ...int64) []verify.Entry {
		out := make([]verify.Entry, len(ns))
		for i, n := range ns {
			out[i].Rat = big.NewRat(n, 2)
		}
		return out
	}
	values := map[string]verify.Value{
		"x": {Data: entries(1)},
		"v": {Shape: []int{2}, Data: entries(0, -3)},
		"z": {Shape: []int{2}, Data: entries(2, 2)},
		"A": {Shape: []int{2, 2}, Data: entries(1, 0, 4, -2)},
	}
	f.Fuzz(func(t *testing.T, text string) {
		file, diagnostics := parser.ParseFile("", text)
		if diagnostics.Err() != nil {
			return
		}
		x, diagnostics := parser.ParseExpr("", text)
		if diagnostics.Err() != nil {
			return
		}
		point, err := verify.NewPoint(nil, values)
		if err != nil {
			t.Fatal(err)
		}
		e := verify.NewEvaluator(verify.Source{File: file}, point, 64)
		e.Limit = 20_000
		done := make(chan error, 1)
		go func() {
			_, err := e.Eval(x)
			done <- err
		}()
		select {
		case err = <-done:
		case <-time.After(30 * time.Second):
			t.Fatalf("%s: no end after 30 s", text)
		}
		var failure *verify.Error
		if err != nil && (!errors.As(err, &failure) || failure.Message == "") {
			t.Fatalf("%s: an error of another kind: %v", text, err)
		}
	})
}
