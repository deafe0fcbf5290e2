package render

import (
	"strings"

	"github.com/seed-9905856d/derive/builtin"
	"github.com/seed-9905856d/derive/syntax"
)

// fences are the functions that stand around their argument.
var fences = map[string]struct{ open, closing, after string }{
	"abs":     {`\lvert`, `\rvert`, ""},
	"norm":    {`\lVert`, `\rVert`, ""},
	"norm1":   {`\lVert`, `\rVert`, "_{1}"},
	"norm2":   {`\lVert`, `\rVert`, "_{2}"},
	"normF":   {`\lVert`, `\rVert`, "_{F}"},
	"norminf": {`\lVert`, `\rVert`, `_{\infty}`},
}

// constants are the constant tensors, whose sizes stand below them.
var constants = map[string]string{"eye": "I", "ones": `\mathbf{1}`, "zeros": `\mathbf{0}`}

// bare are the functions whose argument needs no parentheses where it is a letter: log x.
var bare = map[string]bool{
	"log": true, "log2": true, "log10": true, "sin": true, "cos": true, "tan": true, "asin": true, "acos": true,
	"atan": true, "sinh": true, "cosh": true, "tanh": true, "max": true, "min": true, "det": true,
}

// commands are the functions and reductions that have a command of LaTeX's own and, with
// that number of arguments, no row in the table of functions.
var commands = map[string]string{"sum": `\sum`, "prod": `\prod`, "max": `\max`, "min": `\min`, "det": `\det`}

// A callForm is how a call is typeset.
type callForm int

const (
	plainCall     callForm = iota // f(x, y)
	bareCall                      // \log x, with parentheses where the argument needs them
	expCall                       // e^{x} or \exp(x)
	rootCall                      // \sqrt{x}
	fenceCall                     // \lvert x \rvert
	constantCall                  // I_{n}
	inverseCall                   // A^{-1}
	innerCall                     // \langle x, y \rangle
	kronCall                      // A \otimes B
	polygammaCall                 // \psi^{(k)}(x)
	gradientCall                  // \nabla_{x} L
	partialCall                   // \frac{\partial}{\partial x} E
)

// formOf returns how c is typeset.
func formOf(c *syntax.Call) callForm {
	n := len(c.Args)
	name := c.Fun.Name
	switch {
	case n == 0:
		return plainCall
	case name == "exp" && n == 1:
		return expCall
	case (name == "sqrt" || name == "cbrt") && n == 1:
		return rootCall
	case fences[name].open != "" && n == 1:
		return fenceCall
	case constants[name] != "" && n <= 2:
		return constantCall
	case name == "inv" && n == 1:
		return inverseCall
	case name == "dot" && n == 2:
		return innerCall
	case name == "kron" && n == 2:
		return kronCall
	case name == "polygamma" && n == 2:
		return polygammaCall
	case name == "grad" && n == 2, name == "hess" && (n == 2 || n == 3):
		return gradientCall
	case (name == "d" || name == "jac" && n == 2) && len(partials(c.Args[1:])) > 0:
		return partialCall
	case bare[name] && n == 1:
		return bareCall
	}
	return plainCall
}

// functionName typesets the name of a function with that many arguments.
func functionName(s string, arity int) string {
	if row, ok := builtin.Lookup(s, arity); ok && !strings.Contains(row.LaTeX, `\left`) {
		return row.LaTeX
	}
	if bare[s] && commands[s] != "" {
		return commands[s]
	}
	n := splitName(s)
	switch {
	case !n.word():
		return withLabels(n.latex(), n.latexLabels())
	case len(n.labels) > 0 && len(n.accents) == 0 && isDigits(strings.Join(n.labels, "")):
		return withLabels(operator(`\operatorname`, n.base), n.latexLabels())
	}
	return operator(`\operatorname`, s)
}

// operator typesets a word as an operator of the given command.
func operator(command, s string) string {
	w := latexWord(s, "")
	if !strings.HasPrefix(w, "{") {
		w = "{" + w + "}"
	}
	return command + w
}

// withLabels puts labels below the line after s.
func withLabels(s string, labels []string) string {
	if len(labels) == 0 {
		return s
	}
	return s + "_{" + strings.Join(labels, ",") + "}"
}

// reductionName typesets the name of a reduction.
func reductionName(s string) string {
	if commands[s] != "" {
		return commands[s]
	}
	return operator(`\operatorname*`, s)
}

// maxOrder bounds the order of a derivative by one variable.
const maxOrder = 64

// A partial is a variable that a derivative is taken by, and how often.
type partial struct {
	by    syntax.Expr
	order int
}

// partials reads the arguments of d after the first: variables, each of which may have a
// number after it. It returns nil where they are not of this form.
func partials(args []syntax.Expr) []partial {
	var list []partial
	counted := true // the last variable has its number, or there is none
	for _, arg := range args {
		n, isNumber := syntax.Unparen(arg).(*syntax.Number)
		switch {
		case !isNumber:
			list, counted = append(list, partial{arg, 1}), false
		case counted || n.Value == nil || !n.Value.IsInt() || !n.Value.Num().IsInt64():
			return nil
		default:
			order := n.Value.Num().Int64()
			if order < 1 || order > maxOrder {
				return nil
			}
			list[len(list)-1].order, counted = int(order), true
		}
	}
	return list
}
