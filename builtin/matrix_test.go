package builtin_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/parser"
	"github.com/seed-9905856d/derive/verify"
)

// evaluateFile returns the entries of an expression after some definitions, as the witness has them.
func evaluateFile(definitions, text string) ([]float64, error) {
	file, diagnostics := parser.ParseFile("", definitions)
	if err := diagnostics.Err(); err != nil {
		return nil, err
	}
	x, diagnostics := parser.ParseExpr("", text)
	if err := diagnostics.Err(); err != nil {
		return nil, err
	}
	v, err := verify.NewEvaluator(verify.Source{File: file, Library: builtin.Definitions()}, verify.Point{}, 200).Eval(x)
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(v.Data))
	for k, y := range v.Data {
		out[k] = y.Real().Float64()
	}
	return out, nil
}

// TestMatrices holds the derivative in each row of the table of matrix functions against that of the witness.
func TestMatrices(t *testing.T) {
	for _, row := range builtin.Matrices {
		if mistake := mistakeInMatrix(row); mistake != "" {
			t.Error(mistake)
		}
	}
}

// mistakeInMatrix says where the derivative in a row differs from that of the witness, at random matrices, symmetric and triangular ones and one
// with a negative determinant.
func mistakeInMatrix(row builtin.MatrixFunction) string {
	random := rand.New(rand.NewPCG(5, 0))
	number := func() string { return fmt.Sprintf("%d/16", random.IntN(61)-30) }
	for n := 1; n <= 3; n++ {
		var matrices []string
		for kind := range 4 {
			entries := make([][]string, n)
			for i := range entries {
				entries[i] = make([]string, n)
				for j := range entries[i] {
					entries[i][j] = number()
					switch {
					case i == j:
						entries[i][j] = fmt.Sprintf("(5 + %s)", number())
					case kind == 1 && j < i:
						entries[i][j] = entries[j][i]
					case kind == 2 && j < i:
						entries[i][j] = "0"
					}
				}
			}
			if kind == 3 {
				entries[0][0] = "-(" + entries[0][0] + ")"
			}
			text := "["
			for i, e := range entries {
				if i > 0 {
					text += ", "
				}
				text += "["
				for j, x := range e {
					if j > 0 {
						text += ", "
					}
					text += x
				}
				text += "]"
			}
			matrices = append(matrices, text+"]")
		}
		for _, a := range matrices {
			entry, binders := "%s(A)", "k in 1..%[1]d, l in 1..%[1]d"
			if row.Func.Result > 0 {
				entry, binders = "%s(A)[i,j]", "i in 1..%[1]d, j in 1..%[1]d, "+binders
			}
			head := "tensor[" + fmt.Sprintf(binders, n) + "]"
			derivative, err1 := evaluateFile("A = "+a, fmt.Sprintf(head+"(d("+entry+", A[k,l]))", row.Name))
			text, err2 := evaluateFile("A = "+a, fmt.Sprintf("%s(%s)", head, row.Partial))
			if err1 != nil || err2 != nil || len(derivative) != len(text) {
				return fmt.Sprintf("%s, A = %s: %v, %v", row.Name, a, err1, err2)
			}
			for k := range derivative {
				if !(math.Abs(derivative[k]-text[k]) <= 1e-13*(1+math.Abs(text[k]))) {
					return fmt.Sprintf("%s, A = %s, entry %d: the derivative is %v, %s gives %v", row.Name, a, k, derivative[k], row.Partial, text[k])
				}
			}
		}
	}
	return ""
}
