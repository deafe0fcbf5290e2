package syntax

// Op is an operator of the language.
type Op uint8

// The operators, in the order of the table below.
const (
	NoOp Op = iota
	Or
	And
	Not
	Eq
	Ne
	Lt
	Le
	Gt
	Ge
	Add
	Sub
	Mul
	Div
	DotMul
	DotDiv
	Neg
	Plus
	Pow
	DotPow
)

// Precedence levels, from loosest to tightest binding.
const (
	LevelLowest = iota
	LevelOr
	LevelAnd
	LevelNot
	LevelCompare
	LevelSum
	LevelProduct
	LevelUnary
	LevelPower
	LevelPostfix
	LevelPrimary
)

// Operator describes one operator: its row feeds the parser, the printer and the manual.
type Operator struct {
	Op         Op
	Text       string // canonical ASCII spelling
	Alternates []string
	Level      int
	Prefix     bool
	RightAssoc bool
	Spaced     bool // printed with spaces around it
}

// Operators is the one table of operators. Index it by Op.
var Operators = [...]Operator{
	NoOp:   {},
	Or:     {Op: Or, Text: "or", Alternates: []string{"∨", "||"}, Level: LevelOr, Spaced: true},
	And:    {Op: And, Text: "and", Alternates: []string{"∧", "&&"}, Level: LevelAnd, Spaced: true},
	Not:    {Op: Not, Text: "not", Alternates: []string{"¬"}, Level: LevelNot, Prefix: true},
	Eq:     {Op: Eq, Text: "==", Level: LevelCompare, Spaced: true},
	Ne:     {Op: Ne, Text: "!=", Alternates: []string{"≠"}, Level: LevelCompare, Spaced: true},
	Lt:     {Op: Lt, Text: "<", Level: LevelCompare, Spaced: true},
	Le:     {Op: Le, Text: "<=", Alternates: []string{"≤"}, Level: LevelCompare, Spaced: true},
	Gt:     {Op: Gt, Text: ">", Level: LevelCompare, Spaced: true},
	Ge:     {Op: Ge, Text: ">=", Alternates: []string{"≥"}, Level: LevelCompare, Spaced: true},
	Add:    {Op: Add, Text: "+", Level: LevelSum, Spaced: true},
	Sub:    {Op: Sub, Text: "-", Alternates: []string{"−"}, Level: LevelSum, Spaced: true},
	Mul:    {Op: Mul, Text: "*", Alternates: []string{"·", "×", "⋅"}, Level: LevelProduct},
	Div:    {Op: Div, Text: "/", Alternates: []string{"÷"}, Level: LevelProduct},
	DotMul: {Op: DotMul, Text: ".*", Alternates: []string{"⊙", "∘"}, Level: LevelProduct, Spaced: true},
	DotDiv: {Op: DotDiv, Text: "./", Alternates: []string{"⊘"}, Level: LevelProduct, Spaced: true},
	Neg:    {Op: Neg, Text: "-", Alternates: []string{"−"}, Level: LevelUnary, Prefix: true},
	Plus:   {Op: Plus, Text: "+", Level: LevelUnary, Prefix: true},
	Pow:    {Op: Pow, Text: "^", Level: LevelPower, RightAssoc: true},
	DotPow: {Op: DotPow, Text: ".^", Level: LevelPower, RightAssoc: true},
}

// String returns the operator's canonical spelling.
func (op Op) String() string { return Operators[op].Text }

// IsComparison reports whether op is one of == != < <= > >=.
func (op Op) IsComparison() bool { return op >= Eq && op <= Ge }
