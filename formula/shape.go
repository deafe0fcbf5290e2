package formula

// A shape is what inference knows of an expression.
type shape struct {
	rank   int // -1 while it is not known
	dims   []*dim
	orient Orientation
	leaves []*unknown // the names that would give an expression of unknown rank its rank
	turned []*unknown // those of what this is the transpose of
	outer  []*unknown // those of what a row is multiplied by, which would make it a matrix
}

var scalarShape = shape{}

func unknownShape(leaves ...*unknown) shape { return shape{rank: -1, leaves: leaves} }

// An env binds the indices of sums and the parameters of functions.
type env struct {
	name   string
	index  *dim // of an index: with offset, the end of its range
	offset int64
	size   *dim // of the size of a parameter
	value  shape
	outer  *env
	// library is set inside the library's functions.
	library bool
}

func (e *env) find(name string) *env {
	for ; e != nil; e = e.outer {
		if e.name == name && name != "" {
			return e
		}
	}
	return nil
}

func (e *env) isLibrary() bool { return e != nil && e.library }

// bindIndex binds an index whose range ends at size + offset; there is no size where nothing is known of that.
func (e *env) bindIndex(name string, size *dim, offset int64) *env {
	return &env{name: name, index: size, offset: offset, outer: e, library: e.isLibrary()}
}

func (e *env) bindValue(name string, v shape) *env {
	return &env{name: name, value: v, outer: e, library: e.isLibrary()}
}
