package simplify

import (
	"github.com/seed-9905856d/derive/expr"
	"github.com/seed-9905856d/derive/syntax"
)

var notation = struct {
	Syntax func(s *expr.Session, value *expr.Node, axes []*expr.Node) (syntax.Expr, bool)
	Cost   func(x syntax.Expr) int
}{
	func(s *expr.Session, value *expr.Node, axes []*expr.Node) (syntax.Expr, bool) { return nil, false },
	func(x syntax.Expr) int { return len(syntax.Print(x)) },
}
