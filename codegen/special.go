package codegen

// helper returns the Go name of a helper function, which the file then contains.
func (f *file) helper(name string) string {
	if id, ok := f.helpers[name]; ok {
		return id
	}
	id := f.top.name(name)
	f.helpers[name] = id
	f.order = append(f.order, name)
	return id
}

func (f *file) helperText(name string) string { return "" }
