package expr

// A Memo is what a map[*Node]T is, of the nodes of one session: it finds them by their numbers. The zero value is empty.
type Memo[T any] struct {
	slots []memoSlot[T] // open addressing, a power of two long
	used  []int32       // the places that are taken
}

type memoSlot[T any] struct {
	key   *Node
	value T
}

// minMemo is how many slots a memo begins with.
const minMemo = 16

// at returns the place of a node, or the free one where it belongs.
func (m *Memo[T]) at(n *Node) int {
	mask := len(m.slots) - 1
	i := int(n.id*0x9e3779b1>>4) & mask
	for m.slots[i].key != nil && m.slots[i].key != n {
		i = (i + 1) & mask
	}
	return i
}

// Get returns what the memo has for a node.
func (m *Memo[T]) Get(n *Node) (value T, ok bool) {
	if len(m.used) == 0 {
		return value, false
	}
	s := &m.slots[m.at(n)]
	return s.value, s.key != nil
}

// Set makes value what the memo has for a node.
func (m *Memo[T]) Set(n *Node, value T) {
	if 2*len(m.used) >= len(m.slots) {
		m.grow()
	}
	i := m.at(n)
	s := &m.slots[i]
	if s.key == nil {
		m.used = append(m.used, int32(i))
	}
	*s = memoSlot[T]{n, value}
}

// Len returns the number of nodes that the memo has something for.
func (m *Memo[T]) Len() int { return len(m.used) }

func (m *Memo[T]) grow() {
	old := m.slots
	m.slots = make([]memoSlot[T], max(minMemo, 2*len(old)))
	for k, i := range m.used {
		at := m.at(old[i].key)
		m.slots[at] = old[i]
		m.used[k] = int32(at)
	}
}

// maxKept is how many slots a memo may have to be used again.
const maxKept = 256

// takeMemo returns an empty memo, which [Session.giveMemo] takes back.
func (s *Session) takeMemo() *Memo[*Node] {
	last := len(s.memos) - 1
	if last < 0 {
		return &Memo[*Node]{}
	}
	m := s.memos[last]
	s.memos = s.memos[:last]
	return m
}

func (s *Session) giveMemo(m *Memo[*Node]) {
	if len(m.slots) > maxKept {
		return
	}
	for _, i := range m.used {
		m.slots[i] = memoSlot[*Node]{}
	}
	m.used = m.used[:0]
	s.memos = append(s.memos, m)
}
