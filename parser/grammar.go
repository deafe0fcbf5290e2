package parser

import (
	"fmt"
	"strings"

	"github.com/seed-9905856d/derive/syntax"
)

// levels names the productions of the operators' levels, from loosest to tightest.
var levels = []struct {
	level int
	name  string
}{
	{syntax.LevelOr, "Disjunction"},
	{syntax.LevelAnd, "Conjunction"},
	{syntax.LevelNot, "Negation"},
	{syntax.LevelCompare, "Comparison"},
	{syntax.LevelSum, "Sum"},
	{syntax.LevelProduct, "Product"},
	{syntax.LevelUnary, "Signed"},
	{syntax.LevelPower, "Power"},
}

// expressionGrammar returns the productions of what parses itself. Those of the operators
// are made from their table.
func expressionGrammar() string {
	var b strings.Builder
	b.WriteString("\n\nIdentifier = <name> .\n" +
		"Declaration = <name> (\"[\" Sum (\",\" Sum)* \"]\")? .\n" +
		"Left = <name> (\"(\" (Parameter (\",\" Parameter)*)? \")\")? (\"[\" Index (\",\" Index)* \"]\")? .\n" +
		"Parameter = Declaration (\"=\" Expression)? .\n" +
		"Output = (<name> \":\")? Expression .\n" +
		"Expression = Disjunction .\n")
	for i, l := range levels {
		tighter := "Postfix"
		if i+1 < len(levels) {
			tighter = levels[i+1].name
		}
		ops := make([]string, 0, 6)
		for _, op := range syntax.Operators {
			if op.Op != syntax.NoOp && op.Level == l.level {
				ops = append(ops, fmt.Sprintf("%q", op.Text))
			}
		}
		choice := strings.Join(ops, " | ")
		switch l.level {
		case syntax.LevelNot, syntax.LevelUnary:
			fmt.Fprintf(&b, "%s = (%s) %s | %s .\n", l.name, choice, l.name, tighter)
		case syntax.LevelPower:
			fmt.Fprintf(&b, "%s = %s ((%s) Signed)? .\n", l.name, tighter, choice)
		default:
			fmt.Fprintf(&b, "%s = %s ((%s) %s)* .\n", l.name, tighter, choice, tighter)
		}
	}
	b.WriteString("Postfix = Primary (\"'\" | \"[\" Subscript (\",\" Subscript)* \"]\")* .\n" +
		"Subscript = \":\" | Expression .\n" +
		"Primary = <number> | <name> | Call | Reduction | If | \"(\" Expression \")\" | \"[\" Expression (\",\" Expression)* \"]\" .\n" +
		"Call = <name> \"(\" (Expression (\",\" Expression)*)? \")\" .\n" +
		"Reduction = <reduction> \"[\" Index (\",\" Index)* (\"|\" Expression)? \"]\" \"(\" Expression \")\" .\n" +
		"Index = <name> (\"in\" Sum \"..\" Sum)? .\n" +
		"If = \"if\" \"(\" Expression \",\" Expression \",\" Expression \")\" .\n")
	return b.String()
}
