package verify_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/verify"
)

// TestChain evaluates many definitions, each of which uses the one before it twice, in the order of their number, and so derivatives of the last.
func TestChain(t *testing.T) {
	const length = 300
	text := "param x0\n"
	for k := 1; k <= length; k++ {
		text += fmt.Sprintf("x%d = sin(x%d) + x%d/2\n", k, k-1, k-1)
	}
	file, ds := parser.ParseFile("", text)
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	values, err := verify.ReadValues([]byte(`{"x0":1}`))
	if err != nil {
		t.Fatal(err)
	}
	e := verify.NewWitness(verify.Source{File: file}).At(verify.Point{Values: values}, 100)
	e.Limit = 40 * length
	want, slope := 1.0, 1.0
	for range length {
		want, slope = math.Sin(want)+want/2, slope*(math.Cos(want)+0.5)
	}
	for _, c := range []struct {
		formula string
		want    float64
	}{{fmt.Sprintf("x%d", length), want}, {fmt.Sprintf("grad(x%d, x0)", length), slope}, {fmt.Sprintf("d(x%d, x0) + x%d", length, length), slope + want}} {
		x, _ := parser.ParseExpr("", c.formula)
		v, err := e.Eval(x)
		if err != nil {
			t.Fatal(c.formula, err)
		}
		if got := v.Data[0].Real().Float64(); math.Abs(got-c.want) > 1e-9*math.Abs(c.want) {
			t.Errorf("%s is %v, not %v", c.formula, got, c.want)
		}
	}
}

// TestNotesOfCalls asks what has happened of one call after another: what a value that is known depends on belongs to each call that uses it.
func TestNotesOfCalls(t *testing.T) {
	file, ds := parser.ParseFile("", "param x\na = exp(exp(x)) - exp(exp(x))\nb = inv([[x - x, 0], [0, 1]])[2,2]\n")
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	values, err := verify.ReadValues([]byte(`{"x":40}`))
	if err != nil {
		t.Fatal(err)
	}
	e := verify.NewWitness(verify.Source{File: file}).At(verify.Point{Values: values}, 100)
	for _, c := range []struct {
		formula               string
		overflowed, cancelled bool
		largest               int64
	}{
		{"a", true, false, 58}, {"x", false, false, 0}, {"2*a", true, false, 58}, {"b", false, true, 0}, {"exp(x)", false, false, 58}, {"b + 1", false, true, 0}, {"a + b", true, true, 58},
		{"sum[i in 1..3](a + i)", true, false, 58}, {"x + 1", false, false, 0},
	} {
		x, _ := parser.ParseExpr("", c.formula)
		if _, err := e.Eval(x); err != nil {
			t.Fatal(c.formula, err)
		}
		if e.Overflowed() != c.overflowed || e.Cancelled() != c.cancelled || e.LargestExponent() != c.largest {
			t.Errorf("%s: overflowed %v, cancelled %v, largest exponent %d", c.formula, e.Overflowed(), e.Cancelled(), e.LargestExponent())
		}
	}
}

// sumsOfProducts are sums over several indices that are contracted, or are not for a reason.
var sumsOfProducts = []string{
	"sum[i, j, k](A[i,j]*B[j,k]*A[i,k])",
	"sum[i, j, k](A[i,j]*B[j,k]/(1 + A[i,k]^2) - 3*x[i]*x[j]*x[k])",
	"sum[i, j, k, l](-A[i,j]*B[k,l]*exp(x[i])*x[k]*2)",
	"sum[i, j, k](A[i,j]*(B[j,k] - x[k])*x[i]/x[j])",
	"sum[i, j, k](x[i]*x[j]*[i != j]*B[j,k])",
	"sum[i in 1..3, j in i..3, k](x[i]*x[j]*x[k])",
	"sum[i in 2..3, j in 1..3, k in 1..2](x[i]*x[j+0]*A[j,k])",
	"sum[i, j, k](x[i]*log(z[j])*A[j,k])",
	"sum[i, j, k](x[i]*A[j,k]/z[j])",
	"sum[i, j, k](sum[l](A[i,l]*B[l,j])*A[j,k])",
	"sum[i, j, i1](if(x[i] > 0, x[i], 2)*A[j,i1])",
}

// TestContraction holds sums of products over several indices, and their derivatives, against the same sums term by term.
func TestContraction(t *testing.T) {
	const params = "param A[n,n], B[n,n], x[n], z[n]\n"
	const at = `{"A":[[1,2,0.5],[-1,3,4],[0,-2,1]],"B":[[0.25,1,-1],[2,0,5],[1,1,-3]],"x":[1.5,-2,3],"z":[0,1,2]}`
	for _, text := range sumsOfProducts {
		for _, of := range []string{"%s", "grad(%s, x)", "grad(%s, A)", "hess(%s, x)"} {
			plain := strings.Replace(text, "](", " | 1 > 0](", 1) // a condition, so that it is not contracted
			want, err1 := evaluate(params, fmt.Sprintf(of, plain), at)
			got, err2 := evaluate(params, fmt.Sprintf(of, text), at)
			if err1 != nil || err2 != nil {
				t.Errorf(of+": %v, %v", text, err1, err2)
				continue
			}
			for k := range want.Data {
				w, g := want.Data[k].Real().Float64(), got.Data[k].Real().Float64()
				if !(math.Abs(w-g) <= 1e-14*math.Abs(w)) && !(math.IsNaN(w) && math.IsNaN(g)) && w != g {
					t.Errorf(of+": entry %d is %v, not %v", text, k, g, w)
				}
			}
		}
	}
}

// TestContractionIsCheap evaluates a sum over nine indices, which term by term has a thousand million terms.
func TestContractionIsCheap(t *testing.T) {
	row := "[" + strings.Repeat("1,", 9) + "1]"
	at := fmt.Sprintf(`{"A":[%s%s]}`, strings.Repeat(row+",", 9), row)
	chain := "sum[a, b, c, d, f, g, h, i, j](A[a,b]*A[b,c]*A[c,d]*A[d,f]*A[f,g]*A[g,h]*A[h,i]*A[i,j])"
	v, err := evaluate("param A[n,n]\n", chain, at)
	if err != nil {
		t.Fatal(err)
	}
	if got := v.Data[0].Real().Float64(); got != 1e9 {
		t.Errorf("the sum is %v", got)
	}
}
