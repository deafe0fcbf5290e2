package codegen

import "github.com/seed-9905856d/derive/expr"

// compile takes a kernel through all passes.
func compile(s *expr.Session, k Kernel, o Options) (p *Program, err error) {
	defer func() {
		if r := recover(); r != nil {
			u, ok := r.(unsupported)
			if !ok {
				panic(r)
			}
			err = u.error
		}
	}()
	outputs := stabilise(s, k.Outputs, o.Numerics) // exponentials, logarithms and differences in their safe forms
	plan := define(s, k, outputs, o)               // every reduction a definition of its own, nested by cost
	plan.share()                                   // costly expressions that several loops need: definitions too
	plan.absorb()                                  // sums that are terms of a tensor: accumulated in it
	statements := plan.statements()                // assignments, accumulations and updates with the order of their loops
	tree := fuse(plan, statements)                 // loops of one range joined as far as dependences allow
	places := place(plan, tree)                    // what is a local variable, and what is stored in which slice
	program := lower(plan, tree, places)           // scalar statements in three-address form, shared and hoisted
	narrow(program.Body)                           // conditions that bound a loop, or that it does not change
	mergeBranches(program.Body)                    // conditions that are the same or opposite
	scan(program.Body, o.Sums)                     // cumulative sums and extrema in one step a turn
	settle(program)                                // numbers stored where they are
	zero(program.Body)                             // buffers set to 0 as a whole
	splitLoops(program.Body)                       // accumulations out of loops that call functions
	rows(program)                                  // rows of matrices as slices
	zero(program.Body)                             // and rows
	addUp(program.Body, o.Sums, 0)                 // sums in blocks, or with their errors
	if o.Parallel {
		shareTurns(program.Body) // turns of outermost loops among processors
	}
	unroll(program.Body, 0) // four turns of short inner loops in one
	return program, nil
}
