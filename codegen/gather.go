package codegen

import "github.com/seed-9905856d/derive/expr"

// findChecks notes the forms of integer parameters that stand in subscripts and are checked once, at the top.
func (l *lowering) findChecks() {}

// checkGather emits a check of one subscript that holds an integer parameter, unless the top of the function has
// done it.
func (l *lowering) checkGather(n *expr.Node, axis int) {}
