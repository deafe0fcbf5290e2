package verify

// A scope says what names mean at one place of a formula: the indices and parameters
// bound around it, and the world, in which definitions and inputs have their values.
type scope struct {
	frame *frame
	world *world
	// library is set inside the library's functions, which do not see what a formula declares.
	library bool
}

// A frame binds one name to an index or to the value of a function's parameter.
type frame struct {
	name    string
	isIndex bool
	at      int              // an index's
	value   Tensor           // a parameter's
	nodes   map[nodeKey]kept // expressions that have been evaluated with this parameter
	outer   *frame
	depth   int // how many frames there are around it
	indices int // how many of these and of itself are indices
}

// find returns the innermost frame that binds a name, or nil.
func (f *frame) find(name string) *frame {
	for ; f != nil; f = f.outer {
		if f.name == name {
			return f
		}
	}
	return nil
}

// index returns the value of an index.
func (f *frame) index(name string) (int, bool) {
	if b := f.find(name); b != nil && b.isIndex {
		return b.at, true
	}
	return 0, false
}

// A world is an assignment of values to inputs and definitions. The outermost world is
// the point of evaluation; a derivative makes a world in which one name has moved.
type world struct {
	moved string // the name whose value differs from the outer world's; empty in the outermost
	value Tensor
	memo  map[string]kept  // definitions evaluated in this world
	nodes map[nodeKey]kept // expressions evaluated in this world that mention no parameter around them
	outer *world
}

// newWorld returns a world inside another, or the outermost one, in which nothing has moved as yet.
func newWorld(outer *world) *world {
	return &world{memo: map[string]kept{}, nodes: map[nodeKey]kept{}, outer: outer}
}

// bindIndex returns s with an index bound.
func (s scope) bindIndex(name string, i int) scope {
	s.frame = s.frame.inner(&frame{name: name, isIndex: true, at: i, indices: 1})
	return s
}

// bindValue returns s with a function's parameter bound.
func (s scope) bindValue(name string, t Tensor) scope {
	s.frame = s.frame.inner(&frame{name: name, value: t})
	return s
}

// inner returns a frame that is put inside f.
func (f *frame) inner(g *frame) *frame {
	if g.outer = f; f != nil {
		g.depth, g.indices = f.depth+1, f.indices+g.indices
	}
	return g
}

// assign returns s with another value for a parameter of the function around it, or for
// an input or definition.
func (s scope) assign(name string, t Tensor) scope {
	if s.frame.find(name) != nil {
		return s.bindValue(name, t)
	}
	s.world = newWorld(s.world)
	s.world.moved, s.world.value = name, t
	return s
}
