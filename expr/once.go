package expr

// Once returns what make returns, which is called the first time that a session is asked for the key: for what is found out about the same
// expressions again and again. The type of the key says what that is, so it belongs to one place.
func Once[K comparable, T any](s *Session, key K, make func() T) T {
	if v, ok := s.once[key]; ok {
		return v.(T)
	}
	v := make()
	s.once[key] = v
	return v
}

// MemoOf returns the session's memo of what the type K stands for: for what is found out about the same nodes again and again.
func MemoOf[K comparable, T any](s *Session) *Memo[T] {
	var key K
	return Once(s, key, func() *Memo[T] { return &Memo[T]{} })
}
