package notation

import "github.com/seed-9905856d/derive/syntax"

// In the language a product with a factor log(p) is 0 where another factor is 0, though log(p) be infinite. A product of numbers and
// tensors keeps that; a matrix product does not, once its result is multiplied again. What a product is, as far as
// logarithms go:
type logState int

const (
	noLog      logState = iota
	withLog             // a logarithm is a factor of every entry
	summedLog           // entries are sums with a logarithm in them
	unsafeLogs          // such a sum is multiplied again
)

// keepsLogs reports whether x, a product of which some factors are known to be scalars, is 0 wherever the product of its entries is.
func keepsLogs(x syntax.Expr, scalars []syntax.Expr) bool {
	known := map[syntax.Expr]bool{}
	for _, s := range scalars {
		known[s] = true
	}
	return logsOf(x, known) != unsafeLogs
}

func logsOf(x syntax.Expr, scalars map[syntax.Expr]bool) logState {
	switch x := x.(type) {
	case *syntax.Transpose:
		return logsOf(x.X, scalars)
	case *syntax.Unary:
		return logsOf(x.X, scalars)
	case *syntax.Call:
		switch x.Fun.Name {
		case "log", "log2", "log10":
			return withLog
		case "diag", "sum", "tr", "mean":
			if s := logsOf(x.Args[0], scalars); s != withLog {
				return s
			}
			return summedLog
		}
	case *syntax.Binary:
		if !x.Op.IsProduct() {
			return noLog
		}
		a, b := logsOf(x.X, scalars), logsOf(x.Y, scalars)
		_, count := x.X.(*syntax.Number)
		switch {
		case a == unsafeLogs || b == unsafeLogs:
			return unsafeLogs
		case x.Op == syntax.Div || x.Op == syntax.DotDiv, count:
			return max(a, b)
		case a == summedLog || b == summedLog:
			return unsafeLogs
		case x.Op == syntax.Mul && max(a, b) == withLog && !scalars[x.X] && !scalars[x.Y]:
			return summedLog
		}
		return max(a, b)
	}
	return noLog
}
