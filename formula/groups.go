package formula

import "strings"

// Shape returns the size of each axis as text. That of several indices together is a product: m*n.
func (t Tensor) Shape() []string {
	var shape []string
	if t.Groups == nil {
		for _, a := range t.Axes {
			shape = append(shape, SizeText(a))
		}
		return shape
	}
	at := 0
	for _, count := range t.Groups {
		if count == 1 {
			shape = append(shape, SizeText(t.Axes[at]))
		} else {
			factors := make([]string, count)
			for k, a := range t.Axes[at : at+count] {
				factors[k] = factorText(a)
			}
			shape = append(shape, strings.Join(factors, "*"))
		}
		at += count
	}
	return shape
}

// Rank returns the number of axes.
func (t Tensor) Rank() int {
	if t.Groups != nil {
		return len(t.Groups)
	}
	return len(t.Axes)
}

// Swapped returns t with two neighbouring axes, k and k+1, exchanged.
func (t Tensor) Swapped(k int) Tensor {
	groups := t.Groups
	if groups == nil {
		groups = make([]int, len(t.Axes))
		for j := range groups {
			groups[j] = 1
		}
	}
	at := 0
	for _, count := range groups[:k] {
		at += count
	}
	first, second := groups[k], groups[k+1]
	axes := append(t.Axes[:at:at], t.Axes[at+first:at+first+second]...)
	axes = append(axes, t.Axes[at:at+first]...)
	axes = append(axes, t.Axes[at+first+second:]...)
	t.Axes = axes
	if t.Groups != nil {
		t.Groups = append(append(groups[:k:k], second, first), groups[k+2:]...)
	}
	return t
}
