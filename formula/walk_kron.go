package formula

// kron walks a Kronecker product. An upper-case name in it is a matrix; another is a vector where nothing surer says more.
func (f *inference) kron(a, b shape) shape {
	for _, s := range []shape{a, b} {
		for _, v := range s.leaves {
			if v.upper() {
				f.hint([]*unknown{v}, 2, byFunction)
			} else {
				f.hint([]*unknown{v}, 1, byShape)
			}
		}
	}
	switch {
	case a.rank < 0 || b.rank < 0 || a.rank > 2 || b.rank > 2:
		return unknownShape()
	case a.rank == 0:
		return b
	case b.rank == 0:
		return a
	}
	rows := append(a.rowDims(), b.rowDims()...)
	columns := append(a.columnDims(), b.columnDims()...)
	switch {
	case len(rows) == 0:
		return shape{rank: 1, dims: []*dim{groupDim(columns)}, orient: Row}
	case len(columns) == 0:
		return shape{rank: 1, dims: []*dim{groupDim(rows)}}
	}
	return shape{rank: 2, dims: []*dim{groupDim(rows), groupDim(columns)}}
}

// vecShape returns the shape of the stacked columns of a matrix.
func vecShape(a shape) shape {
	switch a.rank {
	case 1:
		a.orient = Column
		return a
	case 2:
		return shape{rank: 1, dims: []*dim{groupDim([]*dim{a.dims[1], a.dims[0]})}}
	}
	return unknownShape()
}

// rowDims returns the size along the rows of a matrix, or of a vector that stands.
func (s shape) rowDims() []*dim {
	if s.rank == 1 && s.orient == Row {
		return nil
	}
	return s.dims[:1:1]
}

// columnDims returns the size along the columns of a matrix, or of a vector that lies.
func (s shape) columnDims() []*dim {
	if s.rank == 1 && s.orient == Row {
		return s.dims[:1:1]
	}
	return s.dims[1:len(s.dims):len(s.dims)]
}

// groupDim returns the size of the composite axis of the given ones, the outermost first.
func groupDim(dims []*dim) *dim {
	var parts []*dim
	for _, d := range dims {
		if d = d.root(); d.parts != nil {
			parts = append(parts, d.parts...)
		} else if d.node == nil || !d.node.IsOne() {
			parts = append(parts, d)
		}
	}
	switch len(parts) {
	case 0:
		return dims[0]
	case 1:
		return parts[0]
	}
	return &dim{parts: parts}
}
